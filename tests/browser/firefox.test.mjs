// Firefox as people have it, and with all cookies of other sites blocked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { startFirefox } from "./support/firefox.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { MIRADOR_3 } from "./support/viewers.mjs";
import { signIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene();
const blocked = () => startFirefox({ cookies: "blocked" });

test("Firefox, another site: two clicks open it to the viewer at the very first sign-in", set.withBrowser(async (context) => {
  const visitor = await set.person(context, MIRADOR_3, "herbarium");
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await visitor.painted();
}, startFirefox));

test("Firefox, another site, cookies of other sites blocked: the viewer says that the sign-in did not reach it", set.withBrowser(async (context) => {
  const visitor = await set.person(context, MIRADOR_3, "herbarium");
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await until("its question for a token", () => visitor.tokens > 0);
  await MIRADOR_3.failed(visitor.page);
  assert.ok(!visitor.images.includes(200), "no tile came");
}, blocked));

for (const [name, start] of [["Total Cookie Protection", startFirefox], ["cookies of other sites blocked", blocked]]) {
  test(`Firefox, the same site, ${name}`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, MIRADOR_3, "herbarium", set.site.sibling);
    await visitor.refused();
    const popup = await visitor.login();
    visitor.forget();
    await signIn(popup, READER);
    await visitor.painted();
  }, start));
}
