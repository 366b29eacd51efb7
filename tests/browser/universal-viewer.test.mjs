// Universal Viewer 4 asks for tiles with crossorigin=anonymous, so without cookies from another origin, unless the
// description of the image says `"crossOriginPolicy": false`, as it does here (UV_CROSS_SITE).
import assert from "node:assert/strict";
import { test } from "node:test";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { UNIVERSAL_VIEWER } from "./support/viewers.mjs";
import { fillIn, signIn, signInHere } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene();
const here = () => set.stack.origin;

test("Universal Viewer shows an open folder to everyone", set.withBrowser(async (context) => {
  const visitor = await set.person(context, UNIVERSAL_VIEWER, "open");
  await visitor.painted();
}));

test("Universal Viewer on the images' origin: wrong password, sign-in, sign-out", set.withBrowser(async (context) => {
  const visitor = await set.person(context, UNIVERSAL_VIEWER, "herbarium", here());
  await visitor.refused();
  const popup = await visitor.login();
  await fillIn(popup, { ...READER, password: "not this one" });
  await popup.getByRole("alert").waitFor();
  visitor.forget();
  await signInHere(popup, READER);
  await visitor.painted();

  const goodbye = await context.newPage();
  await goodbye.goto(`${here()}/auth/logout`);
  visitor.forget();
  await visitor.page.reload();
  await visitor.refused();
}));

test("Universal Viewer on another site gets its tiles, because the description lets them carry cookies", set.withBrowser(async (context) => {
  const visitor = await set.person(context, UNIVERSAL_VIEWER, "herbarium");
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await visitor.painted();
}));

test("Universal Viewer after the login window was closed", set.withBrowser(async (context) => {
  const visitor = await set.person(context, UNIVERSAL_VIEWER, "herbarium", here());
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await popup.close();
  await until("its question for a token", () => visitor.tokens > 0);
  await UNIVERSAL_VIEWER.failed(visitor.page);
  assert.ok(!visitor.images.includes(200), "no tile came");
}));
