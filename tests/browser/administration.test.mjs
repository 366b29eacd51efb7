// An administrator opens images in every way there is, with forms; and what each page of the administration owes to everybody.
import assert from "node:assert/strict";
import { test } from "node:test";
import { barriers } from "./support/accessibility.mjs";
import { scene } from "./support/scene.mjs";
import { ADMIN } from "./support/stack.mjs";
import { account } from "./support/visit.mjs";

const set = scene({ settings: { LANGUAGES: "en,de" } });
const url = (path) => `${set.stack.origin}/auth/admin${path}`;
const found = [];

/** Looks at a page, as it is or at an address. */
async function look(page, path) {
  if (path !== undefined) {
    const answer = await page.goto(url(path));
    assert.equal(answer.status(), 200, path);
  }
  found.push(...(await barriers(page)));
}

/** Sends the form of the page. */
async function send(page, name) {
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name }).first().click()]);
}

/** What a form says after something wrong was typed; what was typed is kept. */
async function refused(page, field, value) {
  await page.getByRole("alert").first().waitFor();
  assert.equal(await page.locator(`[name="${field}"]`).inputValue(), value, "what was typed is kept");
  await look(page);
}

async function makeNetwork(page) {
  await look(page, "/networks/new");
  await page.locator("#f-name").fill("Reading room");
  await page.locator("#f-ranges").fill("192.0.2.300");
  await send(page, "Make this network");
  await refused(page, "ranges", "192.0.2.300");
  await page.locator("#f-ranges").fill("127.0.0.0/8\n2001:db8:12::/48");
  await send(page, "Make this network");
  await look(page, "/networks");
  await page.getByRole("link", { name: "Reading room" }).first().click();
  await page.getByText(/127\.0\.0\.0\/8/).first().waitFor();
  await look(page);
}

async function makeKiosk(page) {
  await look(page, "/roles/new");
  await page.locator("#f-name").fill("kiosk");
  await page.locator("#f-title").fill("In the reading room");
  await page.locator('[name="obtained_by"][value="kiosk"]').check();
  await page.getByLabel("Reading room").check();
  await look(page);
  await send(page, "Make this role");
}

async function makeTerms(page) {
  await page.goto(url("/roles/new"));
  await page.locator("#f-name").fill("press");
  await page.locator('[name="obtained_by"][value="terms"]').check();
  await page.locator('[name="heading.en"]').fill("Photographs of the press");
  await send(page, "Make this role");
  await refused(page, "heading.en", "Photographs of the press");
  await page.locator('[name="text.en"]').fill("For **study** only:\n\n- no printing\n- no [copies](https://example.org/why)");
  await page.locator('[name="text.de"]').fill("Nur zum *Studium*.");
  await send(page, "Make this role");
  await look(page, "/roles");
  await page.getByRole("link", { name: /press/ }).first().click();
  await look(page);
  await page.getByRole("link", { name: /the terms/ }).first().click();
  await look(page);
}

async function makeRule(page) {
  await look(page, "/rules/new");
  await page.locator("#f-pattern").fill("herbarium/*");
  await page.locator("#f-roles label", { hasText: "press" }).getByRole("checkbox").check();
  await page.locator('[name="public_size"]').fill("-1");
  await send(page, "Make this rule");
  await refused(page, "public_size", "-1");
  await page.locator('[name="public_size"]').fill("600");
  await page.locator("summary").first().click();
  await page.locator('[name="until"]').fill("2999-01-01");
  await send(page, "Make this rule");
  await look(page, "/rules");
  await page.getByRole("link", { name: "herbarium/*" }).first().click();
  await look(page);
  await look(page, "/rules/lint");
}

test("networks, roles and rules are made with forms, and every page is without barriers", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, ADMIN);
  for (const make of [makeNetwork, makeKiosk, makeTerms, makeRule]) await make(page);
  assert.deepEqual(found, []);
}));

test("explanations and drafts are without barriers", set.withBrowser(async (context) => {
  found.length = 0;
  const page = await account(context, set.stack, ADMIN);
  await look(page, "/draft");
  await send(page, "Record requests");
  const visitor = await context.newPage();
  await visitor.goto(`${set.stack.image("open")}/full/200,/0/default.jpg`);
  await visitor.close();
  await page.locator('textarea[name="text"]').fill("kind,pattern\nimage");
  await send(page, "Compare");
  await look(page);
  await page.locator('textarea[name="text"]').fill("pattern,kind,requirement\nopen/*,image,nobody\n");
  await send(page, "Compare");
  await page.getByRole("heading", { name: /^1 of \d+ requests would be answered otherwise/ }).waitFor();
  await look(page);
  await look(page, `/explain?what=${encodeURIComponent(`${set.stack.image("herbarium")}/full/max/0/default.jpg`)}&user=&address=192.0.2.17`);
  await look(page, "/explain");
  assert.deepEqual(found, []);
}));

test("a site is registered, blocked and given a new secret, and its token is checked, without barriers", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, ADMIN);
  found.length = 0;
  await look(page, "/consumers");
  await look(page, "/consumers/new");
  await page.locator("#f-name").fill("<i>DocLand</i>");
  await page.locator("#f-origins").fill("https://doc.land/page");
  await send(page, "Make this consumer");
  await refused(page, "origins", "https://doc.land/page");
  await page.locator("#f-origins").fill("https://doc.land");
  await page.locator('[name="any_origin"]').check();
  await send(page, "Make this consumer");
  await page.getByText("Copy the secret now").waitFor();
  const secret = await page.locator("code.secret").nth(1).textContent();
  await look(page);
  await page.getByRole("link", { name: "What the site has to do" }).click();
  await page.getByText("authtoken.php").click();
  await look(page);
  await page.locator(".back a").click();
  await page.locator("#f-user").fill("bob");
  await send(page, "Block");
  await page.getByText("bob is signed out.").waitFor();
  await look(page);
  assert.ok(!(await page.content()).includes(secret), "the secret is shown once");
  const at = new URL(page.url()).pathname.split("/admin")[1];
  for (const action of ["edit", "rotate", "sign-out", "delete"]) await look(page, `${at}/${action}`);
  await page.goto(url(`${at}/rotate`));
  await send(page, "Make a new secret");
  await look(page);
  await look(page, "/consumers/check");
  await page.locator("#f-token").fill("eyJhbGciOiJub25lIn0.eyJ1c2VySWQiOiJhbGljZSJ9.");
  await send(page, "Check");
  await page.getByText("bad_alg", { exact: true }).waitFor();
  await look(page);
  await look(page, "/consumers");
  assert.deepEqual(found, []);
}));

test("the other pages of account and administration are without barriers", set.withBrowser(async (context) => {
  const page = await account(context, set.stack, ADMIN);
  found.length = 0;
  for (const path of ["", "password", "second-factor", "keys"]) {
    await page.goto(`${set.stack.origin}/auth/${path}`);
    await look(page);
  }
  const paths = [
    "/", "/users", "/users/new", "/users/1", "/users/1/delete", "/users/import", "/rules/import", "/rules/1/delete", "/roles/3/delete",
    "/networks/1/delete", "/limits", "/sessions", "/audit",
  ];
  for (const path of paths) await look(page, path);
  assert.deepEqual(found, []);
}));
