// The pages that visitors meet: terms, kiosk, refusals. In three languages, without a barrier.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./support/accessibility.mjs";
import { FOLDERS, RULES, TERMS } from "./support/rules.mjs";
import { scene } from "./support/scene.mjs";
import { takePicture } from "./support/screens.mjs";
import { READER } from "./support/stack.mjs";
import { fillIn } from "./support/visit.mjs";

const set = scene({ settings: { LANGUAGES: "en,de,fr" }, rules: [...RULES, ["rule", "add", "herbarium/*", "nobody", "--until", "2999-03-01", "--after", "public"]] });
const VIEWER = "https://viewer.test";
const door = (path) => `${set.stack.origin}/auth/${path}?origin=${VIEWER}`;
const picture = (folder) => `${set.stack.image(folder)}/full/1200,/0/default.jpg`;

/** Takes a picture of a page, light and dark and on a phone, and looks for barriers. */
async function look(page, name) {
  await takePicture(page, name, { size: [1280, 720] });
  await takePicture(page, `${name}-dark`, { size: [1280, 720], colorScheme: "dark" });
  await takePicture(page, `${name}-phone`, { size: [360, 740] });
  assert.deepEqual(await barriers(page), []);
}

test("terms are read, declined, and accepted", set.withBrowser(async (context) => {
  const page = await context.newPage();
  await page.goto(door("iiif-terms/press"));
  await page.getByText(TERMS).waitFor();
  await look(page, "terms");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("heading", { name: "Terms not accepted" }).waitFor();
  await page.goto(door("iiif-terms2/press"));
  await page.getByRole("button", { name: "I agree" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await look(page, "terms-accepted");
}));

test("a kiosk says where it opens, and where it does not", set.withBrowser(async (context) => {
  const page = await context.newPage();
  await page.goto(door("iiif-kiosk/reading-room"));
  await page.getByText("Reading room").first().waitFor();
  await look(page, "kiosk");
}));

test("a visitor who is refused reads why, and whom to ask", set.withBrowser(async (context) => {
  const page = await context.newPage();
  const refused = async (folder, status, words) => {
    const answer = await page.goto(picture(folder));
    assert.equal(answer.status(), status, folder);
    await page.getByText(words).first().waitFor();
  };
  await refused(FOLDERS.terms, 401, "Terms of use");
  await look(page, "refused-terms");
  await refused(FOLDERS.tiers, 401, "600 pixels");
  await refused(FOLDERS.signIn, 403, "1 March 2999");
  await look(page, "refused-embargo");

  await page.goto(door("iiif-login"));
  await fillIn(page, READER);
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  const later = await context.newPage();
  const answer = await later.goto(picture(FOLDERS.refused));
  assert.equal(answer.status(), 403);
  await later.getByText("Ask the curator.").waitFor();
  assert.equal(await later.getByRole("link", { name: "Sign in" }).count(), 0, "no sign-in is offered that would not help");
  await look(later, "refused");
}));
