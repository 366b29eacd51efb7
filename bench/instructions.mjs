// Instructions that a decision takes, counted by callgrind: they do not wobble as times do. `make instructions`.
//
//   node bench/instructions.mjs [--profile dev|release] [--update]
//
// Whole questions to a running gate, and with the dev profile the parts of one, which examples/instructions.rs does.
// Compares with bench/instructions.tsv and warns of a rise by a tenth; it never fails over one. Where valgrind cannot run
// it says so. `--update` writes the table.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ask, credentials, fill, OPEN_TILE, serve, settings, TILE } from "./gate.mjs";
import { repository } from "./nginx.mjs";
import { folder, run, sleep, stopAll } from "./programs.mjs";

/** What examples/instructions.rs does of each part, and how many questions are asked before each of two dumps. */
const [ROUNDS, FEW, MANY] = [200, 40, 140];
const PARTS = { canonicalize: "target to image", rule: "rule look-up", session: "session by cookie", token: "access token", decide: "decide" };
const path = join(repository, "bench/instructions.tsv");
const { values: { profile, update } } = parseArgs({ options: { profile: { type: "string", default: "dev" }, update: { type: "boolean", default: false } } });
const built = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), profile === "dev" ? "debug" : profile);
const callgrind = (out) => ["valgrind", "--quiet", "--tool=callgrind", `--callgrind-out-file=${out}`];

/** The parts, by the functions of examples/instructions.rs that do them many times. */
function parts() {
  const out = join(folder, "parts.out");
  run("valgrind", [...callgrind(out).slice(1), join(built, "examples/instructions")]);
  const lines = run("callgrind_annotate", ["--inclusive=yes", "--threshold=100", out]).split("\n");
  return Object.entries(PARTS).map(([name, words]) => {
    const line = lines.find((text) => text.includes(`:instructions::counted_${name} `));
    if (!line) throw new Error(`callgrind saw no counted_${name}`);
    return [words, Math.round(Number(line.trim().split(" ")[0].replaceAll(",", "")) / ROUNDS)];
  });
}

/** Whole questions over one kept connection: what a running gate executes between two dumps. */
async function questions() {
  const binary = join(built, "iiif-gate");
  const env = settings("counted", { VIRTUAL_HOST: "localhost:8080", IMAGE_SERVER_URL: "http://127.0.0.1:9/", WORKERS: "1" });
  const site = fill(binary, env);
  const out = join(folder, "questions.out");
  const gate = await serve("counted", binary, env, { before: callgrind(out) });
  gate.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const shows = await credentials(gate, env, site);
  const kinds = { "question, session cookie": shows.cookie, "question, bearer token": shows.bearer, "question, API key": shows.key, "question, authToken": shows.authToken, "question, public image": "public", "question, denied": "" };
  const rows = [];
  for (const [name, line] of Object.entries(kinds)) {
    const isPublic = line === "public";
    const headers = { Host: env.VIRTUAL_HOST, "X-Original-Method": "GET", "X-Original-URI": isPublic ? OPEN_TILE : TILE };
    if (line && !isPublic) headers[line.split(": ")[0]] = line.slice(line.indexOf(": ") + 2);
    const many = async (count) => {
      for (let i = 0; i < count; i += 1) {
        const { status } = await ask(gate, "/query_auth", { headers });
        if (status !== (line ? 204 : 401)) throw new Error(`${name}: ${status}`);
      }
    };
    await many(20);
    const dump = async (count) => {
      run("callgrind_control", ["--zero", String(gate.program.pid)]);
      await many(count);
      run("callgrind_control", [`--dump=${name.replace(/\W+/g, "-")}-${count}`, String(gate.program.pid)]);
      await sleep(100);
      return total(out);
    };
    const [few, more] = [await dump(FEW), await dump(MANY)];
    rows.push([name, Math.round((more - few) / (MANY - FEW))]);
  }
  return rows;
}

/** All instructions in the last dump. */
function total(out) {
  const numbers = readdirSync(folder).map((name) => Number(new RegExp(`^${out.split("/").at(-1)}\\.(\\d+)$`).exec(name)?.[1] ?? 0));
  const text = readFileSync(`${out}.${Math.max(...numbers)}`, "utf8");
  return Number(/^(?:summary|totals): (\d+)/m.exec(text)[1]);
}

function table() {
  const [, ...lines] = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [""];
  return new Map(lines.map((line) => { const [name, dev, release] = line.split("\t"); return [name, { dev: Number(dev), release: Number(release) }]; }));
}

async function count() {
  const known = table();
  let warnings = 0;
  // A release has no names of functions any more, by which the parts are told apart.
  for (const [name, counted] of [...(await questions()), ...(profile === "dev" ? parts() : [])]) {
    const before = known.get(name)?.[profile];
    const rises = before > 0 && counted > before * 1.1;
    if (rises) warnings += 1;
    process.stdout.write(`${name}: ${counted} instructions (${profile}), ${before || "none"} in the table${rises ? ": WARNING, a rise of more than a tenth" : ""}\n`);
    known.set(name, { ...(known.get(name) ?? { dev: 0, release: 0 }), [profile]: counted });
  }
  if (update) {
    const lines = [...known].map(([name, { dev, release }]) => `${name}\t${dev}\t${release}`);
    writeFileSync(path, `instructions for one\tdev\trelease\n${lines.join("\n")}\n`);
  }
  process.stdout.write(warnings > 0 ? `${warnings} of these rose: find out why, or run \`make instructions UPDATE=1\`\n` : "");
  process.stdout.write(`instructions: ${known.size} passed, 0 failed\n`);
}

try {
  run("valgrind", ["--tool=none", "--quiet", "true"]);
} catch (error) {
  process.stdout.write(`valgrind cannot run here: ${String(error.stderr || error.message).trim().split("\n")[0]}\ninstructions: 0 passed, 0 failed, 1 skipped\n`);
  process.exit(await stopAll().then(() => 0));
}
try {
  await count();
} finally {
  await stopAll();
}
