// Readers who have an account here, at pages with annotator.js that ask the gate who they are (/auth/token).
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { buildSite, startStore, STORE_SETTINGS } from "./support/docland.mjs";
import { scene } from "./support/scene.mjs";
import { freePorts } from "./support/stack.mjs";
import { startViewerSite } from "./support/viewer-site.mjs";
import { account, fillIn } from "./support/visit.mjs";
import { until } from "./support/wait.mjs";

const JUERGEN = { username: "jürgen", password: "reading is allowed" };
const [LISTED] = await freePorts(1);
/** On the same site as the images, as browsers count sites, and on another one. */
const [SIBLING, ELSEWHERE] = [`https://viewer.archive.test:${LISTED}`, `https://viewer.test:${LISTED}`];
let store;

const set = scene({
  settings: { ...STORE_SETTINGS, ANNOTATOR_TOKEN_ORIGINS: `${SIBLING} ${ELSEWHERE}` },
  more: async ({ stack }) => {
    await stack.gate(["user", "add", JUERGEN.username], `${JUERGEN.password}\n`);
    const built = await buildSite(stack);
    for (const file of ["annotator.js", "annotator.css"]) symlinkSync(join(built, file), join(stack.viewerDir, file));
    const listed = await startViewerSite(stack.viewerDir, stack.certificate, LISTED);
    store = await startStore(stack);
    return async () => {
      await store.stop();
      await listed.stop();
    };
  },
});

/** Opens the page at this address. `answers` are those to requests for tokens and annotations, preflights aside. */
async function notes(context, origin) {
  const page = await context.newPage();
  const answers = [];
  page.on("response", (response) => {
    if (response.request().method() !== "OPTIONS") answers.push({ path: new URL(response.url()).pathname, response });
  });
  await page.goto(`${origin}/notes.html?gate=${encodeURIComponent(set.stack.origin)}`);
  const answered = (path, method) => until(`an answer to ${method} ${path}`, () =>
    answers.find((answer) => answer.path.startsWith(path) && answer.response.request().method() === method)?.response);
  return { page, answers, answered, message: page.locator(".annotator-notice-show") };
}

async function atTheViewersDoor(context) {
  const page = await context.newPage();
  await page.goto(`${set.stack.origin}/auth/iiif-login`);
  await fillIn(page, JUERGEN);
  await page.getByText("You are signed in").waitFor();
}

test("whoever is signed in here annotates under their own name, on our pages and on those of listed sites", set.withBrowser(async (context) => {
  await atTheViewersDoor(context);
  for (const origin of [set.stack.origin, SIBLING, ELSEWHERE]) {
    const reader = await notes(context, origin);
    assert.equal((await reader.answered("/auth/token", "GET")).status(), 200, origin);
    assert.equal((await reader.answered("/annotator/search", "GET")).status(), 200, origin);
    assert.equal(await reader.page.evaluate(() => window.annotator.plugins.Auth._unsafeToken.userId), "jürgen");
    await reader.page.evaluate(() => window.annotator.publish("annotationCreated", [{ quote: "the fog", text: "Nebel", ranges: [] }]));
    const made = await reader.answered("/annotator/annotations", "POST");
    assert.equal(made.status(), 201, origin);
    assert.equal((await made.json()).user, "jürgen");
    assert.equal(reader.answers.filter(({ path }) => path === "/auth/token").length, 1, "annotator.js asks once");
    await reader.page.close();
  }
}));

test("signing in to the account is signing in, on the pages of the same site", set.withBrowser(async (context) => {
  await account(context, set.stack, JUERGEN);
  for (const origin of [set.stack.origin, SIBLING]) {
    const reader = await notes(context, origin);
    assert.equal((await reader.answered("/annotator/search", "GET")).status(), 200, origin);
  }
  // The account cookie never travels to other sites.
  const stranger = await notes(context, ELSEWHERE);
  assert.equal((await stranger.answered("/auth/token", "GET")).status(), 401);
}));

test("whoever is not signed in reads on the page where to do that", set.withBrowser(async (context) => {
  for (const origin of [set.stack.origin, SIBLING]) {
    const nobody = await notes(context, origin);
    await nobody.message.getByText(`Couldn't get auth token: Please sign in to annotate: ${set.stack.origin}/auth/iiif-login`).waitFor();
    assert.ok(nobody.answers.every(({ path }) => !path.startsWith("/annotator/")), "and nothing else is asked");
  }
}));

test("a page that is not listed is not told who is signed in here, also on the same site", set.withBrowser(async (context) => {
  await atTheViewersDoor(context);
  const before = store.asked().length;
  for (const origin of [set.site.origin, set.site.sibling]) {
    const stranger = await notes(context, origin);
    // The browser keeps the answer from the page, down to its status.
    await stranger.message.getByText("Couldn't get auth token").waitFor();
    const token = await stranger.page.evaluate(() => window.annotator.plugins.Auth.token);
    assert.equal(token ?? null, null);
  }
  assert.equal(store.asked().length, before);
}));

test("a token ends with its account", set.withBrowser(async (context) => {
  await atTheViewersDoor(context);
  const reader = await notes(context, SIBLING);
  await reader.answered("/annotator/search", "GET");
  const status = () => reader.page.evaluate(async () => {
    const { Auth, Store } = window.annotator.plugins;
    return (await fetch(`${Store.options.prefix}/search`, { headers: { "X-Annotator-Auth-Token": Auth.token } })).status;
  });
  assert.equal(await status(), 200);
  await set.stack.gate(["user", "disable", JUERGEN.username]);
  await until("the token to be refused", async () => (await status()) === 401, 5);
  await set.stack.gate(["user", "enable", JUERGEN.username]);
}));
