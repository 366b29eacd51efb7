// A reduced picture for everybody, the whole one after sign-in: what each viewer of version 1 makes of the redirect to the
// lower tier. And terms of use, in each of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FOLDERS, LIMIT, RULES, TERMS } from "./support/rules.mjs";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";
import { MIRADOR_3, MIRADOR_4, OPENSEADRAGON, UNIVERSAL_VIEWER } from "./support/viewers.mjs";
import { agree, fillIn, signIn, visit } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene({ rules: RULES });
const VIEWERS = { "Mirador 3": MIRADOR_3, "Mirador 4": MIRADOR_4, "Universal Viewer": UNIVERSAL_VIEWER };

async function signOut(context, visitor) {
  const page = await context.newPage();
  await page.goto(`${set.stack.origin}/auth/logout`);
  await page.close();
  visitor.forget();
  await visitor.page.reload();
}

for (const [name, viewer] of Object.entries(VIEWERS)) {
  test(`${name}: reduced before the sign-in, whole after it, reduced after the sign-out`, set.withBrowser(async (context) => {
    const size = set.stack.size(FOLDERS.tiers);
    const visitor = await set.person(context, viewer, FOLDERS.tiers);
    await visitor.reduced(size, LIMIT);
    await viewer.offersMore(visitor.page);

    const popup = await visitor.login(viewer.pressMore);
    visitor.forget();
    await signIn(popup, READER);
    if (viewer === MIRADOR_4) {
      // It keeps on showing what it has, and asks for more from the next page on.
      await viewer.offersLogout(visitor.page);
      await viewer.nextImage(visitor.page);
    }
    await visitor.whole(size, LIMIT);

    await signOut(context, visitor);
    await visitor.reduced(size, LIMIT);
  }));

  test(`${name}: terms of use are read and accepted`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, FOLDERS.terms);
    await visitor.refused();
    const popup = await visitor.login();
    await popup.getByText(TERMS).waitFor();
    visitor.forget();
    await agree(popup);
    if (viewer === MIRADOR_4) {
      // It does not ask again for tiles that failed, until its page is loaded anew.
      await viewer.offersLogout(visitor.page);
      visitor.forget();
      await visitor.page.reload();
    }
    await visitor.painted();
  }));
}

test("OpenSeadragon alone, on the images' origin: reduced, then whole once somebody has signed in", set.withBrowser(async (context) => {
  const size = set.stack.size(FOLDERS.tiers);
  const url = `${set.stack.origin}/${OPENSEADRAGON.page}?image=${encodeURIComponent(set.stack.image(FOLDERS.tiers))}`;
  const visitor = await visit(context, OPENSEADRAGON, url);
  await visitor.reduced(size, LIMIT);

  const door = await context.newPage();
  await door.goto(`${set.stack.origin}/auth/iiif-login?origin=${set.stack.origin}`);
  await fillIn(door, READER);
  await door.getByRole("heading", { name: "You are signed in" }).waitFor();
  await door.close();
  visitor.forget();
  await visitor.page.reload();
  await visitor.whole(size, LIMIT);
  await signOut(context, visitor);
  await visitor.reduced(size, LIMIT);
}));

test("OpenSeadragon alone shows nothing of a protected image to a stranger", set.withBrowser(async (context) => {
  const url = `${set.stack.origin}/${OPENSEADRAGON.page}?image=${encodeURIComponent(set.stack.image(FOLDERS.signIn))}`;
  const visitor = await visit(context, OPENSEADRAGON, url);
  await until("a description that was refused", () => visitor.descriptions.includes(401));
  await visitor.page.getByText(/Unable to open/).waitFor();
  assert.deepEqual(visitor.pictures, []);
}));
