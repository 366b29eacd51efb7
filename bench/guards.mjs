// Every guard in turn, in front of tiles of 12 kB.
import { wrk } from "./load.mjs";
import { memory } from "./programs.mjs";
import { number, share, spread, table } from "./report.mjs";
import { rounds } from "./rounds.mjs";
import { guards } from "./scene.mjs";
import { sum } from "./statistics.mjs";

const COLUMNS = ["guard", "ratio to c", "95 %", "by CPU", "per second", "CPU sidecar µs", "CPU nginx µs", "p50 ms", "p99 ms", "p99 : c"];

/** The guards with tiles from files, and with tiles from an image server. */
export async function guardsSection(bench) {
  const idle = memory(bench.gate.program);
  const { files, proxied } = await guards(bench);
  const count = bench.quick ? 2 : 6;
  const seconds = 1;
  const measure = (guard) => wrk(guard, { seconds, programs: guard.programs });
  const progress = (round) => process.stderr.write(`round ${round + 1} of ${count}\n`);
  const tables = [];
  const found = [];
  for (const list of [files, proxied]) {
    process.stderr.write(`${list.length} guards\n`);
    const result = await rounds(list, { limit: list[0], count, measure, progress, warm: !bench.quick });
    found.push(result);
    tables.push(table(COLUMNS, list.map((guard) => row(guard, result.get(guard), result.get(list[0])))));
  }
  const after = memory(bench.gate.program);
  return {
    title: "Requests per second through nginx, as a ratio to c",
    bars: bars(files, found[0], "tiles from files").concat(bars(proxied, found[1], "tiles from an image server")),
    markdown: `## Guards

wrk with 32 connections on one core, everything else on the other, ${count} rounds of ${seconds} s for each.
A ratio is taken within a round, to the mean of the runs of c before and after; the interval holds the median of 95 in 100 samples.
CPU is per answered request, from /proc. *By CPU* is the same ratio by the processor time of all servers on their core, which other programs disturb less.

### Tiles from files of the same nginx

${tables[0]}

### Tiles from an image server behind nginx

Here c, too, gets its tiles from the image server. A denied request in the shipped configuration asks the gate twice: for the decision, and for the words.

${tables[1]}

Memory of the gate: ${number(idle.resident, 1)} MB idle (${number(idle.data, 1)} MB of it its own data), ${number(after.resident, 1)} MB after these runs (${number(after.data, 1)} MB).
`,
  };
}

function row(guard, { rate, ratio, slower, p50, p99, cpu }, limit) {
  const sidecar = guard.program ? number(cpu[1], 1) : "";
  return [guard.name, share(ratio), spread(ratio), (sum(limit.cpu) / sum(cpu)).toFixed(2), number(rate), sidecar, number(cpu[0], 1), number(p50, 2), number(p99, 2), share(slower)];
}

const bars = (list, found, group) => list.map((guard) => ({ group, name: guard.name.replaceAll("**", ""), ratio: found.get(guard).ratio }));
