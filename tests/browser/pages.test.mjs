// The gate's own pages in a browser: an administrator at work, and every page open to everybody.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./support/accessibility.mjs";
import { scene } from "./support/scene.mjs";
import { ADMIN, READER } from "./support/stack.mjs";
import { account, fillIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const set = scene({ settings: { ALLOW_REGISTRATION: "true" } });
const url = (path) => `${set.stack.origin}/auth${path}`;

test("an administrator makes a user, who signs in and sees images, until disabled", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, ADMIN);
  await page.goto(url("/admin/users/new"));
  await page.getByLabel("User name").fill("Zoë@example.org");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Make this user" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("User name").inputValue(), "Zoë@example.org", "what was typed is kept");
  await page.getByLabel("Password").fill("a password that is long");
  await page.getByRole("button", { name: "Make this user" }).click();
  await page.getByRole("status").waitFor();

  const other = await context.newPage();
  const image = `${set.stack.origin}/iiif/images/herbarium%2Ffern%200042.jp2/full/200,/0/default.jpg`;
  const status = async () => (await other.goto(image)).status();
  assert.equal(await status(), 401, "before the sign-in");
  await other.goto(`${url("/iiif-login")}?origin=${set.stack.origin}`);
  await fillIn(other, { username: "Zoë@example.org", password: "a password that is long" });
  await other.getByRole("heading", { name: "You are signed in" }).waitFor();
  assert.equal(await status(), 200, "after the sign-in");

  await page.goto(`${url("/admin/users")}?q=zo`);
  await page.getByRole("link", { name: /zoë@example.org/i }).first().click();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("button", { name: "Enable" }).waitFor();
  await until("the image to be refused again", async () => (await status()) === 401, 5);
}));

test("a reader reaches the account, and not the administration", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, READER);
  await page.getByText(READER.username).first().waitFor();
  const answer = await page.goto(url("/admin/"));
  assert.equal(answer.status(), 403);
}));

test("pages for everybody have no accessibility violation", set.withBrowser(async (context) => {
  const found = [];
  const page = await context.newPage();
  const paths = ["/login", "/register", "/nothing-here", "/iiif-login?origin=https://viewer.test"];
  for (const path of paths) {
    await page.goto(url(path));
    found.push(...(await barriers(page)));
  }
  await fillIn(page, { username: "nobody@example.org", password: "not a password" });
  await page.getByRole("alert").waitFor();
  found.push(...(await barriers(page)));
  await fillIn(page, READER);
  await page.getByRole("heading", { name: "You are signed in" }).waitFor();
  found.push(...(await barriers(page)));
  await page.goto(url("/logout"));
  found.push(...(await barriers(page)));
  assert.deepEqual(found, []);
}));
