// A browser that keeps cookies from other sites: what can work does, and what cannot says so.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WITHOUT_THIRD_PARTY_COOKIES } from "./support/chromium.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { MIRADOR_3, V2_CLIENT } from "./support/viewers.mjs";
import { signIn, signInHere } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene();
const byChoice = WITHOUT_THIRD_PARTY_COOKIES["by choice"];

/** The permission that a person gives when a page asks for storage access. It ends with the page that gave it. */
async function allowCookies(context, images, viewer) {
  const session = await context.newCDPSession(await context.newPage());
  await session.send("Browser.setPermission", { permission: { name: "storage-access" }, setting: "granted", origin: viewer, embeddedOrigin: images });
}

for (const [how, start] of Object.entries(WITHOUT_THIRD_PARTY_COOKIES)) {
  test(`a viewer on another site says that the sign-in did not reach it: blocked ${how}`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, MIRADOR_3, "herbarium");
    await visitor.refused();
    const popup = await visitor.login();
    visitor.forget();
    await signIn(popup, READER);
    await until("its question for a token", () => visitor.tokens > 0);
    await MIRADOR_3.failed(visitor.page);
    assert.ok(!visitor.images.includes(200), "no tile came");
    assert.ok((await visitor.colors()) < 12, "nothing of the picture is to be seen");
  }, start));

  test(`a viewer on the same site, another origin, gets its images: blocked ${how}`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, MIRADOR_3, "herbarium", set.site.sibling);
    await visitor.refused();
    const popup = await visitor.login();
    visitor.forget();
    await signIn(popup, READER);
    await visitor.painted();
  }, start));
}

test("a viewer of version 2 on another site tells about the cookies, and a way out", set.withBrowser(async (context) => {
  const visitor = await set.person(context, V2_CLIENT, "herbarium");
  await V2_CLIENT.ended(visitor.page, "denied");
  const popup = await visitor.login();
  await signIn(popup, READER);
  await visitor.page.getByText("Your browser blocks cookies of images.archive.test").waitFor();
  assert.match(await V2_CLIENT.steps(visitor.page), /^probe 401, active, token missingAspect/);
  assert.deepEqual(visitor.images, []);
}, byChoice));

test("a viewer on another site gets its images once its person has allowed it the cookies", set.withBrowser(async (context) => {
  await allowCookies(context, set.stack.origin, set.site.origin);
  const visitor = await set.person(context, MIRADOR_3, "herbarium");
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await visitor.painted();
}, byChoice));

test("a viewer on the images' own origin gets its images, once it asks for them", set.withBrowser(async (context) => {
  const visitor = await set.person(context, MIRADOR_3, "herbarium", set.stack.origin);
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signInHere(popup, READER);
  await MIRADOR_3.offersLogout(visitor.page);
  // There the cookie opens the description before the token does, and Mirador sees no reason to ask for tiles again.
  // demo/viewer.js shows the few lines of configuration that make it ask; screenshots.test.mjs holds that they do.
  await visitor.page.reload();
  await visitor.painted();
}, byChoice));
