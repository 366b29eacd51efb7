// Mirador 3 and 4 on https://viewer.test, images on https://images.archive.test: two sites.
import assert from "node:assert/strict";
import { test } from "node:test";
import { scene } from "./support/scene.mjs";
import { ADMIN, READER } from "./support/stack.mjs";
import { MIRADOR_3, MIRADOR_4 } from "./support/viewers.mjs";
import { fillIn, signIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene();

for (const [name, viewer] of [["Mirador 3", MIRADOR_3], ["Mirador 4", MIRADOR_4]]) {
  /** Mirador 4 does not ask again for tiles that failed before the login, until its page is loaded anew. */
  const painted = async (visitor) => {
    if (viewer === MIRADOR_4) {
      await until("the description, readable now", () => visitor.descriptions.includes(200));
      await viewer.offersLogout(visitor.page);
      assert.ok(!visitor.images.includes(200), "Mirador 4 did not ask again: should it now, its reload can go");
      visitor.forget();
      await visitor.page.reload();
    }
    await visitor.painted();
  };

  test(`${name} shows an open folder to everyone`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, "open");
    await visitor.painted();
    assert.equal(await viewer.loginButton(visitor.page).count(), 0, "nobody is asked to sign in");
  }));

  test(`${name} shows a protected folder after sign-in, and no longer after sign-out`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, "herbarium");
    await visitor.refused();

    const popup = await visitor.login();
    visitor.forget();
    await signIn(popup, READER);
    await painted(visitor);
    if (viewer === MIRADOR_4) return;

    const opened = visitor.page.waitForEvent("popup");
    visitor.forget();
    await viewer.pressLogout(visitor.page);
    await opened;
    await until("a description that is refused again", () => visitor.descriptions.includes(401));
    await viewer.offersLogin(visitor.page);
    visitor.forget();
    await visitor.page.reload();
    await visitor.refused();
  }));

  test(`${name} after a wrong password, and then the right one`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, "manuscripts/codex%201");
    await visitor.refused();

    const popup = await visitor.login();
    await fillIn(popup, { ...READER, password: "not this one" });
    await popup.getByRole("alert").waitFor();
    assert.equal(await popup.getByLabel("User name").inputValue(), READER.username, "what was typed is kept");
    assert.equal(visitor.tokens, 0, "the viewer still waits for the window");
    visitor.forget();
    await signIn(popup, READER);
    await painted(visitor);
  }));

  test(`${name} after the login window was closed`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, "herbarium");
    await visitor.refused();

    const popup = await visitor.login();
    visitor.forget();
    await popup.close();
    await until("its question for a token", () => visitor.tokens > 0);
    await viewer.failed(visitor.page);
    assert.ok(!visitor.images.includes(200), "no tile came");

    const again = await visitor.login();
    visitor.forget();
    await signIn(again, ADMIN);
    await painted(visitor);
  }));
}
