// Authorization Flow 2.0 as its section 7.1 has it: a client of our own on another site, over TLS, through nginx.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFirefox } from "./support/firefox.mjs";
import { FOLDERS, LIMIT, RULES } from "./support/rules.mjs";
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
  await popup.getByText("for study only").waitFor();
  await agree(popup);
  await visitor.painted();
  assert.equal(await V2_CLIENT.steps(visitor.page), "probe 401, active, token, probe 200");
}));

test("v2: a kiosk opens without a question", set.withBrowser(async (context) => {
  const visitor = await denied(context, FOLDERS.kiosk);
  const popup = await visitor.login();
  if (!popup.isClosed()) await popup.waitForEvent("close");
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
