#!/usr/bin/env node
// DocLand: a site of its own, beside the gate and on another origin, whose readers annotate a text and see images that the
// gate protects. It knows who has signed in, and makes tokens for them at /token; the gate has never heard of these people.
//
// Settings from the environment:
//   PORT, ADDRESS              where it listens (127.0.0.1 if nothing is said)
//   NAME                       what the site is called (DocLand); it may run twice, as two sites
//   GATE                       the gate, as browsers see it, such as http://localhost:8080
//   IMAGES                     where the herbarium's images are (GATE/iiif/images/herbarium%2F)
//   CONSUMER_KEY, CONSUMER_SECRET_FILE    what the gate knows the site by
//   TOKEN_TTL                  how long a token is good, in seconds (600)
//   SITE_DIR                   the folder that build.mjs has filled
//   CERTIFICATE, CERTIFICATE_KEY  with both it speaks https
import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mint } from "./token.mjs";

const { PORT, ADDRESS = "127.0.0.1", NAME = "DocLand", GATE, CONSUMER_KEY, CONSUMER_SECRET_FILE, SITE_DIR } = process.env;
const { CERTIFICATE, CERTIFICATE_KEY, TOKEN_TTL = "600", IMAGES = `${GATE}/iiif/images/herbarium%2F` } = process.env;
for (const [name, value] of Object.entries({ PORT, GATE, CONSUMER_KEY, CONSUMER_SECRET_FILE, SITE_DIR })) {
  if (!value) {
    console.error(`docland: ${name} is missing`);
    process.exit(1);
  }
}

/** Who can sign in. There is no password: it is a demonstration. */
const PEOPLE = ["alice", "bob", "jürgen"];
/** Cookies know no ports, so two sites on localhost need two names. */
const COOKIE = `${NAME.toLowerCase()}-person`;
const TYPES = { ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml" };

const page = join(dirname(fileURLToPath(import.meta.url)), "page");
const FILES = {
  "/style.css": join(page, "style.css"),
  "/page.mjs": join(page, "page.mjs"),
  "/notes.mjs": join(page, "notes.mjs"),
  "/plates.mjs": join(page, "plates.mjs"),
  "/icon.svg": join(page, "icon.svg"),
  "/annotator.js": join(SITE_DIR, "annotator.js"),
  "/annotator.css": join(SITE_DIR, "annotator.css"),
  "/openseadragon.js": join(SITE_DIR, "openseadragon.js"),
};

const escape = (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** Who has signed in, by the cookie. */
function person(request) {
  const cookies = (request.headers.cookie ?? "").split(/; */).map((pair) => pair.split("="));
  const value = cookies.find(([name]) => name === COOKIE)?.[1] ?? "";
  return PEOPLE.find((name) => encodeURIComponent(name) === value);
}

const button = (value, words) => `<button name="person" value="${escape(value)}">${escape(words)}</button>`;

/** The form that says who is here, or asks for it. */
function door(name) {
  const inside = name
    ? `<p>Signed in as <b id="person">${escape(name)}</b></p>${button("", "Sign out")}`
    : `<p id="ask">Sign in as</p>${PEOPLE.map((each) => button(each, each)).join("")}`;
  return `<form class="door" method="post" action="/person" aria-label="Who you are">${inside}</form>`;
}

function index(request) {
  const values = { NAME: escape(NAME), GATE: escape(GATE), IMAGES: escape(IMAGES), DOOR: door(person(request)) };
  return readFileSync(join(page, "index.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => values[name]);
}

const NEVER_KEPT = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** The token of who has signed in. Its address is what the page tells annotator.js as `tokenUrl`. */
function token(request, response) {
  const name = person(request);
  const headers = { ...NEVER_KEPT, "content-type": "text/plain; charset=utf-8" };
  if (!name) {
    response.writeHead(401, headers).end(`Nobody is signed in at ${NAME}.`);
    return;
  }
  const consumer = { key: CONSUMER_KEY, secret: readFileSync(CONSUMER_SECRET_FILE, "utf8").trim() };
  response.writeHead(200, headers).end(mint(consumer, name, Number(TOKEN_TTL)));
}

/** Signs in or out. Another site cannot do that for its visitors. */
async function changePerson(request, response) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > 1000) break;
  }
  const name = new URLSearchParams(body).get("person") ?? "";
  const isOurs = URL.canParse(request.headers.origin ?? "") && new URL(request.headers.origin).host === request.headers.host;
  if (!isOurs || (name && !PEOPLE.includes(name))) {
    response.writeHead(403, { "content-type": "text/plain" }).end("That is no sign-in of this site.");
    return;
  }
  const secure = CERTIFICATE ? "; Secure" : "";
  const cookie = `${COOKIE}=${encodeURIComponent(name)}; Path=/; HttpOnly; SameSite=Lax${secure}${name ? "" : "; Max-Age=0"}`;
  response.writeHead(303, { location: "/", "set-cookie": cookie }).end();
}

function file(path, response) {
  const name = FILES[path] ?? (/^\/images\/[a-z_]+\.png$/.test(path) ? join(SITE_DIR, path) : undefined);
  if (!name) {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such page.");
    return;
  }
  response.writeHead(200, { "content-type": TYPES[extname(name)] }).end(readFileSync(name));
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, "http://docland.invalid");
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (pathname === "/person" && request.method === "POST") await changePerson(request, response);
  else if (!isRead) response.writeHead(405, { allow: "GET, HEAD" }).end();
  else if (pathname === "/token") token(request, response);
  else if (pathname === "/") response.writeHead(200, { ...NEVER_KEPT, "content-type": "text/html; charset=utf-8" }).end(index(request));
  else file(pathname, response);
}

const serve = (request, response) => {
  answer(request, response).catch((problem) => {
    console.error(`docland: ${problem.message}`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
};
const server = CERTIFICATE && CERTIFICATE_KEY
  ? createTlsServer({ cert: readFileSync(CERTIFICATE), key: readFileSync(CERTIFICATE_KEY) }, serve)
  : createPlainServer(serve);
server.listen(Number(PORT), ADDRESS, () => console.log(`${NAME} listens on ${ADDRESS}:${PORT}`));
process.on("SIGTERM", () => process.exit(0));
