// An access token that expires, while the session behind it goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { MIRADOR_3 } from "./support/viewers.mjs";
import { signIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene({ settings: { TOKEN_LIFETIME: "5" } });

test("Mirador 3 renews an expired token by itself, and asks anew when the session is gone", set.withBrowser(async (context) => {
  let bearer;
  context.on("request", (request) => {
    bearer = request.headers().authorization ?? bearer;
  });
  const visitor = await set.person(context, MIRADOR_3, "herbarium");
  await visitor.refused();
  const popup = await visitor.login();
  visitor.forget();
  await signIn(popup, READER);
  await visitor.painted();
  assert.ok(bearer, "the viewer sent its token");

  const description = `${set.stack.origin}/iiif/images/herbarium%2Fflower%200107.tif/info.json`;
  const asked = await context.newPage();
  await asked.goto(`${set.site.origin}/mirador3.html`);
  const status = () => asked.evaluate(
    async ([url, authorization]) => (await fetch(url, { headers: { authorization } })).status,
    [description, bearer],
  );
  await until("the token to expire", async () => (await status()) === 401);

  let windows = 0;
  visitor.page.on("popup", () => { windows += 1; });
  visitor.forget();
  await MIRADOR_3.nextImage(visitor.page);
  await until("a new token, unasked", () => visitor.tokens > 0 && visitor.descriptions.includes(200));
  await visitor.painted();
  assert.equal(windows, 0, "nobody is asked anything");

  await set.stack.gate(["session", "revoke", "--user", READER.username]);
  await until("the new token to be worthless", async () => (await status()) === 401);
  visitor.forget();
  await visitor.page.reload();
  await visitor.refused();
}));
