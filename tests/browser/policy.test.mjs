// The Content-Security-Policy of our own pages, as a browser enforces it: every page that a link leads to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scene } from "./support/scene.mjs";
import { ADMIN } from "./support/stack.mjs";
import { account } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene({ settings: { ALLOW_REGISTRATION: "true" } });
const url = (path) => `${set.stack.origin}/auth${path}`;

test("what the policy forbids is noticed", set.withBrowser(async (context, _, forbidden) => {
  const page = await context.newPage();
  await page.goto(url("/login"));
  await page.evaluate(() => document.head.append(Object.assign(document.createElement("style"), { textContent: "p {}" })));
  await until("the browser to say so", () => forbidden.length > 0, 10);
  forbidden.length = 0;
}));

test("no page needs what the policy forbids", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, ADMIN);
  const waiting = ["/", "/admin/", "/register", `/iiif-login?origin=${set.stack.origin}`, "/iiif-token?messageId=1&origin=https://viewer.example"];
  const known = new Set(waiting);
  while (waiting.length > 0) {
    const path = waiting.pop();
    const answer = await page.goto(url(path)).catch(() => null);
    // An export is a download, and no page.
    if (!answer?.headers()["content-type"]?.startsWith("text/html")) continue;
    assert.ok(answer.status() < 500, `${path}: ${answer.status()}`);
    const links = await page.locator("a[href^='/auth/']").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    for (const link of links) {
      const next = link.slice("/auth".length).split(/[?#]/)[0];
      if (next !== "/logout" && !known.has(next)) {
        known.add(next);
        waiting.push(next);
      }
    }
  }
  assert.ok(known.size > 30, `${known.size} pages`);
}));
