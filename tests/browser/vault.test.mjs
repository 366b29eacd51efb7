// A viewer from npm that speaks Authorization Flow 2.0: the canvas of react-iiif-vault. Of the others, Ramp and Clover have
// no code for it, and Mirador and Universal Viewer speak version 1.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FOLDERS, RULES } from "./support/rules.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { VAULT } from "./support/viewers.mjs";
import { agree, signIn } from "./support/visit.mjs";

const set = scene({ rules: RULES });

for (const [name, folder, pass] of [
  ["a sign-in", FOLDERS.signIn, (popup) => signIn(popup, READER)],
  ["accepted terms", FOLDERS.terms, agree],
]) {
  test(`react-iiif-vault paints after ${name}, and no longer after the sign-out`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, VAULT, folder);
    await VAULT.offersLogin(visitor.page);
    assert.ok(!visitor.images.includes(200), "no image came");
    const popup = await visitor.login();
    visitor.forget();
    await pass(popup);
    await visitor.painted();

    const gone = visitor.signedOut();
    await VAULT.pressLogout(visitor.page);
    await gone;
    visitor.forget();
    await visitor.page.reload();
    await VAULT.offersLogin(visitor.page);
    assert.ok(!visitor.images.includes(200), "no image came");
  }));
}
