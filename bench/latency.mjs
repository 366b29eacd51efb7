// What a viewer feels on a server that has time: latencies at a fixed rate, far from the most that it can do.
import { steady, wrk } from "./load.mjs";
import { number, share, spread, table } from "./report.mjs";
import { rounds } from "./rounds.mjs";
import { at } from "./scene.mjs";
import { plain } from "./nginx.mjs";

/** c and the gate at a third of what c can do. */
export async function latencySection(bench) {
  const { constants, gate, shows, server, host } = bench;
  const c = { name: "**c**", sidecar: constants.unix, program: constants.program, path: "/", tiles: "proxied" };
  const ours = (name, line, more) => ({ name, sidecar: gate.listen, program: gate.program, headers: line ? [line] : [], tiles: "proxied", ...more });
  const list = [c, ours("gate behind the plain configuration of c, session cookie", shows.cookie), ours("the same, bearer token", shows.bearer), ours("the same, denied (401)", undefined, { refused: true })];
  const front = await plain("plain-steady", server, list);
  const guards = list.map((guard, i) => at(guard, front.program, front.ports[i], host));
  guards.push(at(ours("gate, **shipped configuration**, session cookie", shows.cookie), bench.front.program, bench.port, host));
  const most = (await wrk(guards[0], { seconds: 2 })).rate;
  const rate = most / 3;
  const [count, seconds] = bench.quick ? [2, 1] : [5, 2];
  const measure = (guard) => steady(guard, { rate, seconds });
  const found = await rounds(guards, { limit: guards[0], count, measure, warm: !bench.quick });
  const rows = guards.map((guard) => {
    const { p50, p99, slower } = found.get(guard);
    return [guard.name, number(p50, 3), number(p99, 3), share(slower), spread(slower)];
  });
  return {
    markdown: `## Latency

${number(rate)} requests per second over 32 connections, a third of what c can do; tiles from an image server. ${count} rounds of ${seconds} s for each.

${table(["guard", "p50 ms", "p99 ms", "p99 : c", "95 %"], rows)}
`,
  };
}
