// Which functions a start and usual requests run, for the linker to put together: link-order.txt. `make link-order`.
//
// The kernel maps 64 kB around every page of a program that is run, so functions in use that lie apart bring most of the
// program into memory. Callgrind names those that ran; the build must have its symbols (SYMBOLS=1).
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, browser, credentials, fill, OPEN_TILE, PASSWORD, serve, settings, TILE } from "./gate.mjs";
import { repository } from "./nginx.mjs";
import { folder, run, sleep, stopAll } from "./programs.mjs";

const binary = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "release/iiif-gate");
const out = join(folder, "ran.out");
/** After this long, in milliseconds, what the gate does every few seconds was done. */
const SOON = 8000;

/** What a gate does all day: tiles for everybody who may ask, sign-ins, tokens, and a look at the administration. */
async function usual() {
  const env = settings("usual", { VIRTUAL_HOST: "localhost:8080", IMAGE_SERVER_URL: "http://127.0.0.1:9/", LOG_LEVEL: "info" });
  const before = ["valgrind", "--quiet", "--tool=callgrind", "--demangle=no", "--compress-strings=no", `--callgrind-out-file=${out}`];
  // The first start, which makes the database, too.
  const gate = await serve("usual", binary, env, { before });
  // What is done now and then is done once.
  await sleep(SOON);
  run("callgrind_control", ["--dump=start", String(gate.program.pid)]);
  const site = fill(binary, env);
  await sleep(SOON);
  const shows = await credentials(gate, env, site);
  for (const line of [...Object.values(shows), ""]) {
    for (const target of [TILE, OPEN_TILE]) {
      const [name, value] = [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)];
      await ask(gate, "/query_auth", { headers: { Host: env.VIRTUAL_HOST, "X-Original-Method": "GET", "X-Original-URI": target, ...(line ? { [name]: value } : {}) } });
    }
  }
  const admin = browser(gate, env);
  await admin.submit("/login", { username: "admin@example.org", password: PASSWORD });
  for (const page of ["/admin/", "/admin/users", "/admin/rules"]) await admin.send(page);
  await gate.program.stop();
}

/** The program's own functions in a dump, by the names that the linker knows. */
function ran(dump) {
  const names = new Set();
  let ours = false;
  for (const line of readFileSync(dump, "utf8").split("\n")) {
    if (line.startsWith("ob=")) ours = line.endsWith("/iiif-gate");
    // Those that call themselves are numbered; those without a symbol are addresses.
    else if (ours && line.startsWith("fn=") && !line.startsWith("fn=0x") && !line.startsWith("fn=(")) names.add(line.slice(3).replace(/'\d+$/, ""));
  }
  return [...names].sort();
}

try {
  await usual();
  const names = [...new Set([...ran(`${out}.1`), ...readdirSync(folder).filter((name) => name.startsWith("ran.out")).flatMap((name) => ran(join(folder, name)))])];
  if (names.length < 1000) throw new Error(`only ${names.length} functions have names: build with SYMBOLS=1`);
  const made = run(join(repository, "scripts/release"), ["--crates"], { env: process.env }).trim();
  writeFileSync(join(repository, "link-order.txt"), `# ${made}\n${names.join("\n")}\n`);
  const sizes = new Map(run("nm", ["-S", binary]).split("\n").map((line) => line.split(" ")).filter((parts) => parts.length === 4).map(([, size, , name]) => [name, Number.parseInt(size, 16)]));
  const total = (list) => (list.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0) / 1e6).toFixed(1);
  process.stdout.write(`link-order.txt: ${names.length} functions, ${total(names)} MB\n`);
} finally {
  await stopAll();
}
