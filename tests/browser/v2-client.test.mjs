// Authorization Flow 2.0 as its section 7.1 has it: a client of our own on another site, over TLS, through nginx.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startFirefox } from "./support/firefox.mjs";
import { FOLDERS, LIMIT, RULES, TERMS } from "./support/rules.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { V2_CLIENT } from "./support/viewers.mjs";
import { agree, signIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene({ rules: RULES });
const words = (visitor) => visitor.page.locator("header").innerText();

/** Opens a folder, and makes sure that nothing of it is shown. */
async function denied(context, folder) {
  const visitor = await set.person(context, V2_CLIENT, folder);
  await V2_CLIENT.ended(visitor.page, "denied");
  await V2_CLIENT.offersLogin(visitor.page);
  assert.deepEqual(visitor.images, [], "no image was asked for");
  return visitor;
}

const login = async (context) => {
  const visitor = await denied(context, FOLDERS.signIn);
  assert.match(await words(visitor), /Library of Nowhere/);
  const popup = await visitor.login();
  await signIn(popup, READER);
  await V2_CLIENT.ended(visitor.page, "open");
  await visitor.painted();
  assert.equal(await V2_CLIENT.steps(visitor.page), "probe 401, active, token, probe 200");

  const gone = visitor.signedOut();
  await V2_CLIENT.pressLogout(visitor.page);
  await gone;
  visitor.forget();
  await visitor.page.reload();
  await V2_CLIENT.ended(visitor.page, "denied");
  assert.deepEqual(visitor.images, []);
};

test("v2: sign in, see the picture, sign out", set.withBrowser(login));

test("v2 in Firefox: the very first sign-in, on another site", set.withBrowser(login, startFirefox));

test("v2: a window that is closed without a sign-in is told apart", set.withBrowser(async (context) => {
  const visitor = await denied(context, FOLDERS.signIn);
  const popup = await visitor.login();
  await popup.close();
  await until("the error of the token service", async () => /token missingAspect/.test(await V2_CLIENT.steps(visitor.page)));
  assert.match(await words(visitor), /Not signed in/);
  const again = await visitor.login();
  await signIn(again, READER);
  await visitor.painted();
}));

test("v2: terms of use are read and accepted", set.withBrowser(async (context) => {
  const visitor = await denied(context, FOLDERS.terms);
  const popup = await visitor.login();
  await popup.getByText(TERMS).waitFor();
  await agree(popup);
  await visitor.painted();
  assert.equal(await V2_CLIENT.steps(visitor.page), "probe 401, active, token, probe 200");
}));

test("v2: a kiosk opens without a question", set.withBrowser(async (context) => {
  const visitor = await set.person(context, V2_CLIENT, FOLDERS.kiosk);
  // Now and then Chromium lets the window open by itself, as a kiosk's is meant to; mostly it wants a click.
  const isOpen = () => visitor.page.evaluate(() => document.body.dataset.state === "open");
  const buttons = visitor.page.locator("#buttons button");
  await until("the kiosk, or a button for it", async () => (await isOpen()) || (await buttons.count()) > 0);
  if (!(await isOpen())) {
    assert.deepEqual(visitor.images, [], "no image was asked for");
    const popup = await visitor.login();
    if (!popup.isClosed()) await popup.waitForEvent("close");
  }
  await visitor.painted();
  assert.equal(await V2_CLIENT.steps(visitor.page), "probe 401, kiosk, token, probe 200");
}));

test("v2: a substitute before the sign-in, the whole picture after it", set.withBrowser(async (context) => {
  const visitor = await set.person(context, V2_CLIENT, FOLDERS.tiers);
  await V2_CLIENT.ended(visitor.page, "substitute");
  const size = set.stack.size(FOLDERS.tiers);
  await visitor.reduced(size, LIMIT);
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await V2_CLIENT.ended(visitor.page, "open");
  await visitor.whole(size, LIMIT);
}));

test("v2: somebody whose account does not open it reads why", set.withBrowser(async (context) => {
  const visitor = await denied(context, FOLDERS.refused);
  const popup = await visitor.login();
  await signIn(popup, READER);
  await until("the probe's answer", async () => /token, probe 40\d/.test(await V2_CLIENT.steps(visitor.page)));
  assert.match(await words(visitor), /Not for this account/);
  assert.deepEqual(visitor.images, []);
}));

test("v2: a document, by the probe in its manifest", set.withBrowser(async (context) => {
  const { origin } = set.stack;
  const path = "/iiif/files/library/statutes.pdf";
  const map = (text) => ({ en: [text] });
  const access = {
    id: `${origin}/auth/iiif-access`, type: "AuthAccessService2", profile: "active", label: map("Sign in"), confirmLabel: map("Sign in"),
    service: [{ id: `${origin}/auth/iiif-token2`, type: "AuthAccessTokenService2" }],
  };
  const probe = { id: `${origin}/auth/iiif-probe/${encodeURIComponent(path)}`, type: "AuthProbeService2", service: [access] };
  const body = { id: `${origin}${path}`, type: "Text", format: "application/pdf", service: [probe] };
  writeFileSync(join(set.stack.viewerDir, "statutes.json"), JSON.stringify({ items: [{ items: [{ items: [{ body }] }] }] }));

  const page = await context.newPage();
  const answers = [];
  page.on("response", (response) => { if (response.url() === body.id) answers.push(response.status()); });
  await page.goto(`${set.site.origin}/${V2_CLIENT.page}?manifest=${encodeURIComponent(`${set.site.origin}/statutes.json`)}`);
  await V2_CLIENT.ended(page, "denied");
  const opened = page.waitForEvent("popup");
  await V2_CLIENT.pressLogin(page);
  await signIn(await opened, READER);
  await V2_CLIENT.ended(page, "open");
  await until("the document", () => answers.length > 0);
  assert.ok(answers.every((status) => status === 200), `${answers}`);
}));
