// How the cost grows as everything grows: a database that is nearly empty, and one with a million users.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, command, serve, settings } from "./gate.mjs";
import { steady, wrk } from "./load.mjs";
import { plain } from "./nginx.mjs";
import { timedPages } from "./pages.mjs";
import { postgres } from "./postgres.mjs";
import { folder, memory, sleep } from "./programs.mjs";
import { number, share, spread, table } from "./report.mjs";
import { rounds } from "./rounds.mjs";
import { at } from "./scene.mjs";
import { interval } from "./statistics.mjs";

const TILE = "/iiif/images/members%2Fworld.tif/0,0,512,512/256,/0/default.jpg";
const SMALL = { users: 2, sessions: 1, warm: 1, rules: 4, networks: 1 };
const QUICK = { users: 50_000, sessions: 50_000, warm: 10_000, rules: 10_000, networks: 1000 };
const FULL = { users: 1_000_000, sessions: 1_000_000, warm: 100_000, rules: 100_000, networks: 10_000 };
/** How many pages of the administration are shown, the slowest first. */
const SLOWEST = 25;

/** A gate with so much in its database. */
async function seeded(bench, name, size, more = {}) {
  const env = settings(name, { VIRTUAL_HOST: bench.host, IMAGE_SERVER_URL: bench.server.url, ...more });
  const cookies = join(folder, `${name}.cookies`);
  command(bench.binary, env, ["migrate"]);
  const begun = performance.now();
  command(bench.binary, env, ["dev", "seed", ...Object.entries(size).flatMap(([what, many]) => [`--${what}`, String(many)]), "--audit", "1000", "--cookies", cookies]);
  const seeding = (performance.now() - begun) / 1000;
  // The first start makes the administrator; the second one is that of every day.
  await (await serve(name, bench.binary, env)).program.stop();
  const gate = await serve(name, bench.binary, env);
  return { name, env, cookies, seeding, ...gate, idle: memory(gate.program) };
}

/** A script for wrk: every request shows the next cookie. */
function script({ name, cookies }, host, most = "math.huge") {
  const path = join(folder, `${name}-${most}.lua`);
  writeFileSync(path, `local cookies, n, i = {}, 0, 0
for line in io.lines("${cookies}") do if n < ${most} then n = n + 1; cookies[n] = line end end
local before, after = "GET ${TILE} HTTP/1.1\\r\\nHost: ${host}\\r\\nCookie: ", "\\r\\n\\r\\n"
request = function() i = i % n + 1; return before .. cookies[i] .. after end
`);
  return path;
}

/** Asks with every warm cookie in one run, since each run begins with the first, so that the sessions are in memory. */
async function warm(guard, { warm: sessions }) {
  for (let seconds = 2; (await wrk(guard, { seconds })).requests < sessions; seconds *= 2);
}

/** How long until a rule that the command line makes counts, and whether tiles feel it. */
async function ruleChange(bench, gate, guard) {
  const cookie = readFileSync(gate.cookies, "utf8").split("\n")[0];
  const headers = { Cookie: cookie, "X-Original-Method": "GET" };
  const quiet = [];
  const busy = [];
  const delays = [];
  for (let i = 0; i < (bench.quick ? 1 : 4); i += 1) {
    const image = `members/change-${i}.tif`;
    const target = `/iiif/images/${encodeURIComponent(image)}/full/max/0/default.jpg`;
    const status = async () => (await ask(gate, "/query_auth", { headers: { ...headers, "X-Original-URI": target } })).status;
    const one = { ...guard, headers: [...guard.headers, `Cookie: ${cookie}`] };
    quiet.push((await steady(one, { rate: 2000, seconds: 3 })).p99);
    const running = steady(one, { rate: 2000, seconds: 3 });
    await sleep(500);
    if ((await status()) !== 204) throw new Error("the image is not open to begin with");
    command(bench.binary, gate.env, ["rule", "add", image, "nobody"]);
    const begun = performance.now();
    while ((await status()) === 204) await sleep(2);
    delays.push(performance.now() - begun);
    busy.push((await running).p99);
  }
  return { delay: Math.max(...delays), slower: interval(busy.map((p99, i) => p99 / quiet[i])) };
}

/** Each page of the administration on both databases; of a file until its first byte, since it is sent while it is read. */
async function adminPages(bench, large, size) {
  const gates = [large];
  const cluster = await postgres();
  if (cluster) gates.push(await seeded(bench, "postgres", size, { AUTH_DB_CONNECTION: cluster.url }));
  const found = new Map();
  for (const [i, gate] of gates.entries()) {
    for (const { path, first, last } of await timedPages(gate, gate.env, { rounds: bench.quick ? 1 : 5 })) {
      const page = path.replace(/\/\d+/, "/{id}");
      const times = found.get(page) ?? [0, 0];
      times[i] = Math.max(times[i], path.includes("/export") ? first : last);
      found.set(page, times);
    }
  }
  if (cluster) await gates[1].program.stop();
  const slowest = [...found].sort(([, a], [, b]) => Math.max(...b) - Math.max(...a));
  const time = (ms) => (ms > 0 ? number(ms, 0) : "");
  return `${found.size} pages of the administration with the large database, in milliseconds, median of ${bench.quick ? 1 : 5}; the ${SLOWEST} slowest. Exports are files that are sent while they are read: how long until they begin.${cluster ? "" : " PostgreSQL is not installed here."}

${table(["page", "SQLite", "PostgreSQL"], slowest.slice(0, SLOWEST).map(([page, times]) => [`\`${page}\``, ...times.map(time)]))}`;
}

/** The small database and the large one, in turn. */
export async function scaleSection(bench) {
  const size = bench.quick ? QUICK : FULL;
  const gates = [await seeded(bench, "small", SMALL), await seeded(bench, "large", size)];
  const front = await plain("plain-scale", bench.server, gates.map((gate) => ({ sidecar: gate.listen })));
  const guards = gates.map((gate, i) => {
    const guard = at({ name: gate.name, program: gate.program }, front.program, front.ports[i], bench.host);
    return { ...guard, headers: [], script: script(gate, bench.host) };
  });
  // The same gate with one session alone: what is due to the size, and what to many sessions taking turns.
  guards.push({ ...guards[1], name: "one", script: script(gates[1], bench.host, 1) });
  await warm(guards[1], size);
  // Long enough for all of them to have a turn.
  const [count, seconds] = bench.quick ? [3, 1] : [6, 4];
  const runs = { small: [], large: [], one: [] };
  const measure = async (guard) => {
    const run = await wrk(guard, { seconds, programs: guard.programs });
    runs[guard.name].push(run);
    return run;
  };
  const found = await rounds(guards, { limit: guards[0], count, measure, warm: !bench.quick });
  const perDecision = (run) => run.cpu[1] / run.requests;
  const beside = (list) => interval(list.map((run, i) => perDecision(run) / perDecision(runs.small[Math.min(2 * i, runs.small.length - 1)])));
  const full = memory(gates[1].program);
  const change = await ruleChange(bench, gates[1], at({ name: "rule" }, front.program, front.ports[1], bench.host));
  const pages = await adminPages(bench, gates[1], size);
  const megabytes = ({ resident, data }) => `${number(resident, 1)} MB (${number(data, 1)} MB its own data)`;
  const both = (ratio) => `${share(ratio)} (${spread(ratio)})`;
  return {
    markdown: `## As everything grows

${number(size.users)} users, ${number(size.sessions)} sessions of which ${number(size.warm)} are in use in turn, ${number(size.rules)} rules, ${number(size.networks)} networks, beside a database with next to nothing; SQLite.

${table(["what", "small", "large, one session", "large, all in turn"], [
    ["CPU of the gate per decision, µs", ...[0, 2, 1].map((i) => number(found.get(guards[i]).cpu[1], 1))],
    ["ratio of that to small", "1", both(beside(runs.one)), both(beside(runs.large))],
    ["requests per second, ratio to small", "1", both(found.get(guards[2]).ratio), both(found.get(guards[1]).ratio)],
    ["memory after the start", megabytes(gates[0].idle), "", megabytes(gates[1].idle)],
    ["memory with the sessions in use", megabytes(memory(gates[0].program)), "", megabytes(full)],
    ["start to ready, s", number(gates[0].seconds, 2), "", number(gates[1].seconds, 2)],
    ["a rule of another process counts after, ms (longest)", "", number(change.delay, 0), ""],
    ["p99 of tiles while a rule changes, to that before", "", both(change.slower), ""],
  ])}

${pages}
`,
  };
}
