// Pictures of what people see, with some life in the data.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scene } from "./support/scene.mjs";
import { takePicture } from "./support/screens.mjs";
import { ADMIN, READER, repository } from "./support/stack.mjs";
import { MIRADOR_3 } from "./support/viewers.mjs";
import { fillIn, signInHere, visit } from "./support/visit.mjs";

const set = scene();
const PEOPLE = [
  ["ada@museum.example", "Ada Marsh", "staff"], ["bo@museum.example", "Bo Lindqvist", "staff"],
  ["chidi@university.example", "Chidi Okafor", "researcher"], ["dora@university.example", "Dóra Kiss", "researcher"],
  ["eun@museum.example", "Eun Park", "staff"], ["fatima@reading.example", "Fatima Haddad", "researcher"],
];

const HOUSE = [
  ["network", "add", "Reading room", "192.0.2.0/24", "2001:db8:12::/48"],
  ["role", "add", "reading-room", "--obtained-by", "network", "--network", "Reading room", "--title", "In the reading room"],
  ["role", "add", "press", "--obtained-by", "terms", "--title", "Press photographs"],
  ["terms", "set", "press", "--heading", "en=Photographs of the press", "--text", "en=For study only. No printing."],
  ["rule", "add", "manuscripts/*", "role", "researcher", "staff", "reading-room:1500"],
  ["rule", "add", "Stadtpläne/*", "role", "user", "--public-size", "600"],
  ["rule", "add", "press/*", "role", "press", "staff"],
  ["rule", "add", "letters/*", "role", "staff", "--until", "2032-01-01", "--after", "public", "--note", "until the heirs' term ends"],
  ["rule", "add", "fractals/*", "nobody", "--note", "under conservation"],
];

/** The demonstration's own page, served where the other viewers' pages are. */
function demoPage() {
  for (const file of ["index.html", "style.css", "viewer.js", "icon.svg"]) symlinkSync(join(repository, "demo", file), join(set.stack.viewerDir, file));
  symlinkSync(join(repository, "demo/node_modules/mirador/dist/mirador.min.js"), join(set.stack.viewerDir, "mirador.min.js"));
}

test("the demonstration's viewer shows its folders, and a protected one after sign-in", set.withBrowser(async (context) => {
  demoPage();
  const visitor = await visit(context, MIRADOR_3, `${set.stack.origin}/`);
  const { page } = visitor;
  await visitor.painted();

  visitor.forget("herbarium");
  await page.getByRole("button", { name: "Protected: herbarium" }).click();
  await visitor.refused();
  await takePicture(page, "viewer-before-sign-in");
  const popup = await visitor.login();
  await popup.getByLabel("User name").fill(READER.username);
  await takePicture(popup, "sign-in", { size: [1280, 780] });
  await takePicture(popup, "sign-in-phone", { size: [360, 740] });
  visitor.forget();
  await signInHere(popup, READER);
  await visitor.painted();
  await takePicture(page, "viewer");
}));

test("the administration of a small house", set.withBrowser(async (context) => {
  for (const role of ["staff", "researcher"]) await set.stack.gate(["role", "add", role]);
  for (const [name, display, role] of PEOPLE) {
    await set.stack.gate(["user", "add", name, "--display-name", display, "--role", role], "a password that is long\n");
  }
  for (const command of HOUSE) await set.stack.gate(command);

  const page = await context.newPage();
  await page.goto(`${set.stack.origin}/auth/login`);
  await fillIn(page, ADMIN);
  await page.waitForURL((now) => !now.pathname.endsWith("/login"));
  for (const name of ["users", "rules"]) {
    await page.goto(`${set.stack.origin}/auth/admin/${name}`);
    await takePicture(page, `admin-${name}`);
  }
  await page.goto(`${set.stack.origin}/auth/admin/`);
  await takePicture(page, "admin");
  await takePicture(page, "admin-dark", { colorScheme: "dark" });
  await takePicture(page, "admin-phone", { size: [360, 740] });
}));
