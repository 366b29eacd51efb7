// How long the pages of the administration take. By itself, on a gate whose database `iiif-gate dev seed` made:
//
//   AUTH_ADMIN_PASSWORD=… node bench/pages.mjs HOST:PORT|SOCKET [WORD]
//
// prints all pages, or those whose address holds the word, the slowest first.
import { pathToFileURL } from "node:url";
import { browser, PASSWORD } from "./gate.mjs";
import { number, table } from "./report.mjs";
import { median } from "./statistics.mjs";

const ADMIN = "admin@example.org";
const LAST = "page=99999";
const FILTERS = {
  "/admin/users": [
    "sort=-name", "sort=created", "sort=-created", "sort=last-sign-in", "sort=-last-sign-in", "state=active", "state=disabled", "state=pending",
    "state=active&sort=-last-sign-in", "state=disabled&sort=created", "role=admin", "role=seed-001", "role=seed-001&sort=-created", "role=seed-001&state=disabled",
    "page=2", LAST, `sort=-last-sign-in&${LAST}`, "search=a", "search=z", "search=an", "search=zz", "search=er", "search=an&sort=-created", "search=z&sort=last-sign-in",
    "search=an&state=disabled", "search=an&role=seed-001", "search=zz&role=seed-001&sort=created", "search=%C3%BC", "search=@", "search=berger", "search=berger&page=3", "search=.999953",
    "search=nobody-has-this", "search=J%C3%BCrgen", "search=berger&state=disabled&sort=-created", "search=nobody-has-this&role=seed-001",
    "search=seed.invalid&sort=-last-sign-in", "search=anna+berger&role=seed-003", "search=berger&sort=-last-sign-in", "search=berger&role=seed-001&sort=created",
  ],
  "/admin/roles": [],
  "/admin/networks": ["page=2", LAST, "search=network-09", "search=nothing"],
  "/admin/rules": [
    "page=2", LAST, "only=image", "only=manifest", "only=file", "requirement=public", "requirement=roles", "requirement=nobody", "role=user", "role=seed-000", "role=seed-001",
    "with=size", "with=period", "with=message", "with=broken", "search=maps", "search=s", "search=sheet", "search=maps/1850/sheet-00003", "search=nothing-like-this",
    "only=image&requirement=roles&search=maps&with=size", "only=file&role=seed-004", "kind=image&test=maps/1850/sheet-00003.tif",
  ],
  "/admin/rules/lint": ["only=broken", "only=warning", "only=hint", LAST],
  "/admin/sessions": ["page=2", LAST, "search=a", "search=an", "search=zz", "search=berger", "search=.999953", "search=nobody-has-this", "search=198.18.3.7", "search=firefox"],
  "/admin/audit": [
    "page=2", LAST, "search=a", "search=berger", "search=.999953", "search=nobody-has-this", "action=sign-in", "action=create-user", "outcome=refused", "outcome=done",
    "action=sign-in&outcome=refused", "from=2026-06-01&until=2026-06-30", "from=2026-06-01&until=2026-06-30&action=sign-out", "until=2026-02-01", "from=2026-06-01&search=berger",
    "action=revoke-session&search=nobody-has-this", "outcome=refused&search=nobody-has-this", `outcome=refused&${LAST}`,
  ],
  "/admin/consumers": [],
  "/admin/explain": ["kind=image&what=maps/1850/sheet-00003.tif", "what=/iiif/images/staff%252Fa.tif/info.json&user=anna.berger.25@seed.invalid&address=10.1.2.3", "what=maps/1850/sheet-00003.tif&user=no-such"],
};
const OTHERS = [
  "/", "/keys", "/password", "/admin/", "/admin/users/new", "/admin/users/import", "/admin/roles/new", "/admin/networks/new", "/admin/rules/new", "/admin/rules/import", "/admin/draft",
  "/admin/consumers/new", "/admin/consumers/check", "/admin/users/export", "/admin/rules/export", "/admin/rules/export?format=toml",
];

/** The pages of single things, as the lists link to them. */
async function single(admin) {
  const found = new Set();
  const lists = { users: ["", "/delete"], roles: ["", "/delete", "/terms"], networks: ["", "/delete"], rules: ["", "/delete"], consumers: ["", "/edit", "/site", "/rotate", "/sign-out", "/delete"] };
  for (const [list, more] of Object.entries(lists)) {
    const { text } = await admin.send(`/admin/${list}${list === "users" ? "?search=anna" : ""}`);
    const links = [...new Set([...text.matchAll(new RegExp(`href="[^"]*?(/admin/${list}/\\d+)"`, "g"))].map(([, link]) => link))];
    for (const link of links.slice(0, list === "roles" ? 6 : 1)) for (const rest of more) found.add(link + rest);
  }
  return found;
}

/** The longest of some times of each page that answers: until its first byte, and until its last. */
export async function timedPages(gate, env, { rounds = 3, only = "", password = PASSWORD, extra = [] } = {}) {
  const admin = browser(gate, env);
  const signedIn = await admin.submit("/login", { username: env.AUTH_ADMIN_USERID ?? ADMIN, password });
  if (signedIn.status !== 303) throw new Error(`cannot sign in: ${signedIn.status} ${signedIn.text.slice(0, 300)}`);
  const lists = Object.entries(FILTERS).flatMap(([list, filters]) => [list, ...filters.map((filter) => `${list}?${filter}`)]);
  const pages = [];
  for (const path of [...OTHERS, ...lists, ...(await single(admin)), ...extra]) {
    if (!path.includes(only)) continue;
    const took = [];
    let answer;
    for (let round = 0; round < rounds; round += 1) {
      const begun = performance.now();
      answer = await admin.send(path);
      took.push([answer.began - begun, performance.now() - begun]);
    }
    if (answer.status >= 500) throw new Error(`${path}: ${answer.status}`);
    // There are no terms to read of a role that is given.
    if (answer.status === 404) continue;
    pages.push({ path, status: answer.status, bytes: answer.text.length, first: median(took.map(([first]) => first)), last: median(took.map(([, last]) => last)), worst: Math.max(...took.map(([, last]) => last)) });
  }
  return pages.sort((a, b) => b.last - a.last);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , where, only = ""] = process.argv;
  const [host, port] = where.split(":");
  const address = port ? { host, port: Number(port) } : { path: where };
  const env = { VIRTUAL_HOST: "localhost", ...process.env };
  const pages = await timedPages({ address }, env, { only, password: process.env.AUTH_ADMIN_PASSWORD, rounds: Number(process.env.ROUNDS ?? 3) });
  process.stdout.write(table(["page", "ms", "first byte", "worst", "kB", "status"], pages.map(({ path, first, last, worst, bytes, status }) => [`\`${path}\``, number(last, 1), number(first, 1), number(worst, 1), number(bytes / 1000, 1), status])));
}
