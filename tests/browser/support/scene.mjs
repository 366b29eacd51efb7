// What a test file needs: the stack, the viewer's site and a browser, started before its tests and stopped after them.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startChromium } from "./chromium.mjs";
import { repository, startStack } from "./stack.mjs";
import { startViewerSite } from "./viewer-site.mjs";
import { visit } from "./visit.mjs";

/**
 * Sets the scene for the tests of this file. `settings` are the gate's; `rules` are commands of its own, run once. `more`
 * starts what else there is, gets the scene, and gives a function that stops it. `start` starts another stack than the usual one.
 */
export function scene({ settings = {}, rules = [], more, start = startStack } = {}) {
  const set = {};
  const stops = [];
  before(async () => {
    set.stack = await start(settings);
    stops.push(set.stack.stop);
    set.site = await startViewerSite(set.stack.viewerDir, set.stack.certificate);
    stops.push(set.site.stop);
    for (const command of rules) await set.stack.gate(command);
    if (more) stops.push(await more(set));
  }, { timeout: 120_000 });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  /** A person with a new browser: opens a folder in a viewer, on the viewer's own site unless `origin` says otherwise. */
  set.person = async (context, viewer, folder, origin = set.site.origin) =>
    visit(context, viewer, `${origin}/${viewer.page}?manifest=${encodeURIComponent(set.stack.manifest(folder))}`);

  /**
   * Runs a test with a browser of its own, that `start` starts; keeps a picture of every page when it fails. The test is
   * given what the policy of our pages forbade, of which there must be nothing at its end.
   */
  set.withBrowser = (body, start = startChromium) => async (test) => {
    const browser = await start();
    const forbidden = forbiddenOn(browser.context, () => set.stack.origin);
    try {
      await body(browser.context, test, forbidden);
      assert.deepEqual(forbidden, [], "our pages need no more than their Content-Security-Policy allows");
    } catch (problem) {
      const folder = join(repository, "var/test/failures");
      mkdirSync(folder, { recursive: true });
      for (const [index, page] of browser.context.pages().entries()) {
        const file = join(folder, `${test.name.replace(/[^A-Za-z0-9]+/g, "-")}-${index}.png`);
        await page.screenshot({ path: file, timeout: 5000 }).catch(() => {});
      }
      process.stderr.write(`${set.stack.log("gate").slice(-1500)}\n`);
      throw problem;
    } finally {
      await browser.stop();
    }
  };
  return set;
}

/** What browsers say was forbidden by the Content-Security-Policy of our own pages, as it happens. */
function forbiddenOn(context, origin) {
  const found = [];
  context.on?.("console", (message) => {
    const { url } = message.location();
    const isOurs = [url, message.page()?.url()].some((address) => address?.startsWith(`${origin()}/auth/`));
    if (isOurs && message.text().includes("Content Security Policy")) found.push(`${url}: ${message.text()}`);
  });
  return found;
}
