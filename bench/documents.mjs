// The document path: info.json with the services in it, and many sign-ins at once.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, command, credentials, fill, PASSWORD, READER, serve, settings } from "./gate.mjs";
import { steady, wrk } from "./load.mjs";
import { plain } from "./nginx.mjs";
import { folder } from "./programs.mjs";
import { number, table } from "./report.mjs";
import { at } from "./scene.mjs";
import { median, sum } from "./statistics.mjs";

const INFO = "/iiif/images/maps%2Fworld.tif/info.json";
const AT_ONCE = 200;

/** info.json straight from the gate, and through the shipped nginx, which asks twice. */
async function descriptions(bench) {
  const { gateTcp, shows, host, env } = bench;
  const question = [`Host: ${host}`, "X-Real-IP: 127.0.0.1", `X-Original-URI: ${INFO}`, "X-Original-Method: GET"];
  const straight = (name, line, refused) => ({
    name, refused, url: `http://127.0.0.1:${gateTcp.address.port}/describe`, headers: [...question, ...(line ? [line] : [])], programs: [gateTcp.program],
  });
  const through = (name, line, refused) => ({ ...at({ name, refused, headers: line ? [line] : [], path_of: INFO }, bench.front.program, bench.port, env.VIRTUAL_HOST), programs: [bench.gate.program] });
  const list = [
    straight("the gate alone, signed in (200)", shows.cookie), straight("the gate alone, not signed in (401)", undefined, true),
    through("through the shipped nginx, signed in (200)", shows.cookie), through("through the shipped nginx, not signed in (401)", undefined, true),
  ];
  const runs = list.map(() => []);
  for (let round = 0; round < (bench.quick ? 2 : 4); round += 1) {
    for (const [i, guard] of list.entries()) runs[i].push(await wrk(guard, { seconds: bench.quick ? 1 : 2, programs: guard.programs }));
  }
  return list.map((guard, i) => {
    const each = (sum(runs[i].map((run) => run.cpu[0])) / sum(runs[i].map((run) => run.requests))) * 1e6;
    return [guard.name, number(median(runs[i].map((run) => run.rate))), number(each, 1), number(1e6 / each)];
  });
}

/** A gate of its own with many readers, whose passwords cost what they cost by default. */
async function manyReaders(bench) {
  const cost = bench.quick ? "8" : "12";
  const env = settings("sign-in", { VIRTUAL_HOST: bench.host, IMAGE_SERVER_URL: bench.server.url, BCRYPT_COST: cost });
  const site = fill(bench.binary, env);
  const exported = command(bench.binary, env, ["user", "export", "--with-password-hashes"]);
  const hash = exported.split("\n").find((line) => line.startsWith(READER)).match(/\$2[aby]\$[^",]+/)[0];
  const file = join(folder, "readers.csv");
  writeFileSync(file, `name,password_hash,roles\n${Array.from({ length: AT_ONCE }, (_, i) => `reader-${i}@example.org,${hash},reader`).join("\n")}\n`, { mode: 0o600 });
  command(bench.binary, env, ["user", "import", file]);
  const gate = await serve("sign-in", bench.binary, env);
  return { env, gate, cost, shows: await credentials(gate, env, site) };
}

/** Everybody signs in at once, each from an address of their own; the forms are already open. */
async function together(gate, env) {
  const visitors = [];
  for (let i = 0; i < AT_ONCE; i += 1) {
    const visitor = browser(gate, env, { ip: `198.51.${100 + (i >> 7)}.${1 + (i & 127)}` });
    visitors.push({ ...visitor, name: `reader-${i}@example.org`, token: await visitor.csrf("/iiif-login") });
  }
  return async () => {
    const begun = performance.now();
    const answers = await Promise.all(visitors.map((visitor) => visitor.send("/iiif-login", { csrf: visitor.token, username: visitor.name, password: PASSWORD })));
    const failed = answers.filter(({ status }) => status !== 303).length;
    return { seconds: (performance.now() - begun) / 1000, failed };
  };
}

/** p99 of tiles while 200 people sign in, to that without. */
async function signIns(bench) {
  const { env, gate, cost, shows } = await manyReaders(bench);
  const front = await plain("plain-sign-in", bench.server, [{ sidecar: gate.listen }]);
  const guard = at({ headers: [shows.cookie] }, front.program, front.ports[0], bench.host);
  const load = { rate: 2000, seconds: bench.quick ? 3 : 10 };
  const go = await together(gate, env);
  const quiet = await steady(guard, load);
  const signing = go();
  const busy = await steady(guard, load);
  return { cost, quiet, busy, batch: await signing };
}

/** info.json per second, and what sign-ins do to tiles. */
export async function documentsSection(bench) {
  const rows = await descriptions(bench);
  const { cost, quiet, busy, batch } = await signIns(bench);
  return {
    markdown: `## Documents and sign-ins

info.json with the services in it; the image server's own is in memory. *Possible* is what the processor time comes to on one core.

${table(["info.json", "per second", "CPU of the gate µs", "possible"], rows)}

${AT_ONCE} people sign in at once (bcrypt cost ${cost}, everything on one core) while 2,000 tiles a second are asked for:

${table(["", "p50 ms", "p99 ms"], [
    ["without sign-ins", number(quiet.p50, 2), number(quiet.p99, 2)],
    ["while they sign in", number(busy.p50, 2), number(busy.p99, 2)],
    ["ratio", (busy.p50 / quiet.p50).toFixed(2), (busy.p99 / quiet.p99).toFixed(2)],
  ])}

All were signed in after ${number(batch.seconds, 1)} s; ${batch.failed} failed.
`,
  };
}
