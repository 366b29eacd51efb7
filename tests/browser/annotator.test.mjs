// annotator.js, as sites have used it since 2012, with a real annotation store behind the gate: what readers can do, and what
// they are told when they cannot.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { barriers } from "./support/accessibility.mjs";
import { buildSite, credentials, startSite, startStore, STORE_SETTINGS } from "./support/docland.mjs";
import { colors } from "./support/picture.mjs";
import { reader } from "./support/reader.mjs";
import { scene } from "./support/scene.mjs";
import { takePicture } from "./support/screens.mjs";
import { freePorts } from "./support/stack.mjs";
import { account } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

/** DocLand is another site than the images, as browsers count sites; MapLand is the same site and another origin. */
const [DOCLAND, MAPLAND] = ["viewer.test", "maps.archive.test"];
const [docland, brief, unlisted, mapland] = await freePorts(4);
const sites = {};
let store;

const set = scene({
  settings: { ...STORE_SETTINGS, ANNOTATOR_TOKEN_ORIGINS: `https://${MAPLAND}:${mapland}` },
  rules: [["role", "add", "partners"], ["rule", "add", "herbarium/*", "role", "user", "partners"]],
  more: async ({ stack }) => {
    const [doc, map] = ["DocLand", "MapLand"].map((name) => credentials(stack, name));
    const create = ({ name, key, secretFile }, ...more) => stack.gate(["consumer", "create", "--name", name, "--key", key, "--secret-file", secretFile, ...more]);
    const origins = [docland, brief].flatMap((port) => ["--origin", `https://${DOCLAND}:${port}`]);
    await create(doc, ...origins, "--prefix", "/annotator/", "--prefix", "/iiif/images/herbarium/", "--role", "partners");
    await create(map, "--origin", `https://${MAPLAND}:${mapland}`, "--prefix", "/annotator/");
    const folder = await buildSite(stack);
    const started = await Promise.all([
      startStore(stack),
      startSite(stack, doc, DOCLAND, docland, folder),
      startSite(stack, doc, DOCLAND, brief, folder, 3),
      startSite(stack, doc, DOCLAND, unlisted, folder),
      startSite(stack, map, MAPLAND, mapland, folder),
    ]);
    store = started[0];
    [, sites.docland, sites.brief, sites.unlisted, sites.mapland] = started;
    sites.docKey = doc.key;
    return async () => { for (const each of started) await each.stop(); };
  },
});

test("a reader writes a note, changes it, finds it after a reload, and deletes it", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.docland, "alice");
  await alice.answered("GET", "/search");
  await alice.select("Up before the fog");
  await alice.write("Which fog?");
  const made = await alice.answered("POST", "/annotations");
  assert.equal(made.status, 201);
  const { user, consumer, id } = await made.response.json();
  assert.deepEqual([user, consumer], ["alice", sites.docKey], "the store knows who wrote it");

  await (await alice.look()).locator(".annotator-edit").click();
  await alice.write("Which fog? There was none that day.");
  assert.equal((await alice.answered("PUT", id)).status, 200);

  await alice.reload();
  await alice.list.filter({ hasText: "There was none that day." }).waitFor();
  const viewer = await alice.look();
  await viewer.getByText("There was none that day.").waitFor();
  assert.equal(await viewer.locator(".annotator-user").textContent(), "alice");
  await viewer.locator(".annotator-delete").click();
  assert.equal((await alice.answered("DELETE", id)).status, 204);
  assert.equal((await (await alice.reload()).json()).total, 0);
  assert.equal(await alice.marks.count(), 0);
}));

test("a note about a paragraph is saved by mouse, too, and knows its words", set.withBrowser(async (context) => {
  const { page, answered, list, write } = await reader(context, sites.docland, "bob");
  await answered("GET", "/search");
  await page.getByLabel("About").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Write a note" }).click();
  await write("All of it.");
  const { quote } = await (await answered("POST")).response.json();
  assert.match(quote, /^14 June 1887\. Up before the fog\./);
  await list.getByRole("button", { name: "Delete" }).click();
  assert.equal((await answered("DELETE")).status, 204);
}));

test("a note can be written with the keyboard alone", set.withBrowser(async (context) => {
  const { page, answered, list } = await reader(context, sites.docland, "bob");
  await answered("GET", "/search");
  await page.getByLabel("About").focus();
  for (const key of ["ArrowDown", "Tab", "Enter"]) await page.keyboard.press(key);
  await page.keyboard.type("No mouse was harmed.");
  await page.keyboard.press("Enter");
  assert.equal((await answered("POST")).status, 201);
  assert.equal(await page.locator(".annotator-editor .annotator-widget").isVisible(), false, "the editor stays closed");
  await until("the place to be kept", () => page.getByRole("button", { name: "Write a note" }).evaluate((button) => button === document.activeElement));
  await list.getByRole("button", { name: "Delete" }).press("Enter");
  assert.equal((await answered("DELETE")).status, 204);
}));

test("a name beyond ASCII stays what it is, and others read the note and cannot change it", set.withBrowser(async (context) => {
  const author = await reader(context, sites.docland, "jürgen");
  await author.answered("GET", "/search");
  await author.select("Up before the fog");
  await author.write("Nebel");
  const { user, id } = await (await author.answered("POST", "/annotations")).response.json();
  assert.equal(user, "jürgen");
  assert.equal(await (await author.look()).locator(".annotator-user").textContent(), "jürgen");

  for (const [site, name] of [[sites.docland, "bob"], [sites.mapland, "jürgen"]]) {
    const other = await reader(context, site, name);
    await other.list.filter({ hasText: "Nebel" }).waitFor();
    assert.equal(await (await other.look()).getByRole("button", { disabled: false }).count(), 0, "nothing to press");
    await other.page.evaluate(() => window.annotator.updateAnnotation(window.annotator.plugins.Store.annotations[0]));
    assert.equal((await other.answered("PUT", id)).status, 403, "the store takes them for somebody else");
    await other.message.getByText("Sorry we could not update this annotation").waitFor();
    await other.page.close();
  }
  await author.page.evaluate(() => window.annotator.deleteAnnotation(window.annotator.plugins.Store.annotations[0]));
  assert.equal((await author.answered("DELETE", id)).status, 204);
}));

test("readers of one site see the images that it may show, by header and by cookie; those of another do not", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.docland, "alice");
  const picture = alice.page.locator("#sheet-2 img");
  await picture.waitFor();
  assert.ok(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth > 0)), "the plain picture came");
  await until("a picture in the viewer", async () => (await colors(context, await alice.page.locator("#sheet-1").screenshot())) > 30);
  await alice.select("the broken mill");
  await alice.write("The mill was mended in 1890 and is dry again.");
  assert.equal((await alice.answered("POST")).status, 201);
  await takePicture(alice.page, "docland", { size: [1280, 1000] });
  await alice.page.evaluate(() => window.annotator.deleteAnnotation(window.annotator.plugins.Store.annotations[0]));
  await alice.answered("DELETE");

  const stranger = await reader(context, sites.mapland, "alice");
  const refusals = stranger.page.locator(".refusal");
  await until("two refusals", async () => (await refusals.allTextContents()).every((words) => words === "This site may not see the plates."));
  assert.ok(stranger.images.every(({ status }) => status !== 200), "no image came");
  const nobody = await reader(context, sites.mapland);
  await nobody.page.getByText("Sign in to see this plate.").first().waitFor();
}));

test("the gate's own user gets a token on a page of a listed site, and writes with it; on another page there is none", set.withBrowser(async (context) => {
  const person = { username: "jürgen@example.org", password: "a password that is long" };
  await set.stack.gate(["user", "add", person.username], `${person.password}\n`);
  await (await account(context, set.stack, person)).close();
  const here = await reader(context, sites.mapland);
  await here.page.evaluate((gate) => {
    const { Auth } = window.annotator.plugins;
    Auth.options.tokenUrl = `${gate}/auth/token`;
    Auth.requestToken();
  }, set.stack.origin);
  await here.page.getByText(`The token says that you are ${person.username}`).waitFor();
  await here.answered("GET", "/search");
  await here.select("the broken mill");
  await here.write("Mended.");
  const { user, id } = await (await here.answered("POST")).response.json();
  assert.equal(user, person.username);
  await here.page.evaluate(() => window.annotator.deleteAnnotation(window.annotator.plugins.Store.annotations[0]));
  assert.equal((await here.answered("DELETE", id)).status, 204);

  // The browser sends the cookie there, too: it is the same site.
  const elsewhere = await reader(context, { origin: `https://${MAPLAND}:${unlisted}` });
  const asked = elsewhere.page.evaluate((gate) =>
    fetch(`${gate}/auth/token`, { credentials: "include" }).then((answer) => answer.text(), () => "unreadable"), set.stack.origin);
  assert.equal(await asked, "unreadable");
}));

test("whoever has not signed in at the site is told so, and the gate is not asked", set.withBrowser(async (context) => {
  const nobody = await reader(context, sites.docland);
  await nobody.message.getByText("Couldn't get auth token: Nobody is signed in at DocLand.").waitFor();
  assert.equal(nobody.tokens.length, 1, "and annotator.js asks once");
  assert.equal(nobody.notes.length, 0);
}));

test("from an address that is not listed nothing reaches the store", set.withBrowser(async (context) => {
  const before = store.asked().length;
  const alice = await reader(context, sites.unlisted, "alice");
  await alice.message.getByText("Sorry we could not search the store for annotations").waitFor();
  assert.equal(store.asked().length, before);
}));

test("a reader who is kept out reads why, and the others go on", set.withBrowser(async (context) => {
  const bob = await reader(context, sites.docland, "bob");
  await bob.answered("GET", "/search");
  await set.stack.gate(["consumer", "revoke", sites.docKey, "--user", "bob", "--until", "2099-01-01"]);
  await until("the token to be refused", async () => (await bob.status()) === 401, 5);
  await bob.select("Up before the fog");
  await bob.write("Too late");
  assert.equal((await bob.answered("POST")).status, 401);
  await bob.message.getByText("Sorry you are not allowed to create this annotation").waitFor();
  await bob.list.filter({ hasText: "Not saved" }).waitFor();

  assert.equal((await bob.reload()).status(), 401);
  await bob.message.getByText("Sorry you are not allowed to search this annotation").waitFor();
  const refusals = bob.page.locator(".refusal");
  await until("the reason at both plates", async () => (await refusals.allTextContents()).every((words) => words === "The token was revoked."));
  const alice = await reader(context, sites.docland, "alice");
  assert.equal((await alice.answered("GET", "/search")).status, 200);
  await set.stack.gate(["consumer", "unblock", sites.docKey, "bob"]);
}));

test("a site that is disabled is refused within seconds, and let in again", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.docland, "alice");
  await alice.answered("GET", "/search");
  await set.stack.gate(["consumer", "disable", sites.docKey]);
  await until("the site to be shut out", async () => (await alice.status()) === 0, 5);
  const before = store.asked().length;
  await alice.page.reload();
  await alice.message.getByText("Sorry we could not search the store for annotations").waitFor();
  assert.equal(store.asked().length, before);
  await set.stack.gate(["consumer", "enable", sites.docKey]);
  await until("the site to be let in", async () => (await alice.status()) === 200, 5);
  assert.equal((await alice.reload()).status(), 200);
}));

test("tokens of three seconds are renewed in time; when the site makes none any more, writing ends", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.brief, "alice");
  await alice.answered("GET", "/search");
  await until("four tokens", () => alice.tokens.length >= 4);
  assert.ok(alice.tokens.length < 12, "about one a second");
  await alice.select("Up before the fog");
  await alice.write("In time");
  assert.equal((await alice.answered("POST", "/annotations")).status, 201);
  await sites.brief.stop();
  await alice.message.getByText("Couldn't get auth token").waitFor();
  await until("the last token to be over", () => alice.page.evaluate(() => window.annotator.plugins.Auth.timeToExpiry() === 0));
  // To the second, a token is good including its last one.
  await alice.page.waitForTimeout(1100);
  await alice.page.evaluate(() => window.annotator.deleteAnnotation(window.annotator.plugins.Store.annotations[0]));
  assert.equal((await alice.answered("DELETE")).status, 401);
  await alice.message.getByText("Sorry you are not allowed to destroy this annotation").waitFor();
}));

test("without the store, readers are told that something is wrong", set.withBrowser(async (context) => {
  await store.stop();
  const alice = await reader(context, sites.docland, "alice");
  const answer = await alice.answered("GET", "/search");
  assert.ok(answer.status >= 500, `${answer.status}`);
  await alice.message.getByText("Sorry we could not search the store for annotations").waitFor();
  await store.start();
  assert.equal((await alice.reload()).status(), 200);
}));

test("the page of the demonstration has no accessibility violation", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.docland, "alice");
  await alice.page.locator("#sheet-2 img").waitFor();
  assert.deepEqual(await barriers(alice.page), []);
}));

test("no log holds a token, and without the gate nothing reaches the store", set.withBrowser(async (context) => {
  const alice = await reader(context, sites.docland, "alice");
  await alice.answered("GET", "/search");
  const signature = (await alice.page.evaluate(() => window.annotator.plugins.Auth.token)).split(".")[2];
  const { dir } = set.stack;
  const logs = readdirSync(join(dir, "log")).map((name) => readFileSync(join(dir, "log", name), "utf8"));
  assert.ok(logs.length > 2 && [...logs, store.log()].every((words) => !words.includes(signature)));

  process.kill(Number(readFileSync(join(dir, "run/gate.pid"), "utf8")), "SIGKILL");
  const before = store.asked().length;
  await alice.page.reload();
  await alice.message.getByText("Sorry we could not search the store for annotations").waitFor();
  assert.equal(store.asked().length, before);
}));
