// Guards in turn, A B A B, so that what disturbs the machine disturbs all of them.
import { interval, median, sum } from "./statistics.mjs";

/**
 * Runs all guards in rounds. The one that is called `limit` runs before, between and after the others; each other one is
 * compared with the mean of the two runs of it nearest by. `measure(guard)` makes one run.
 */
export async function rounds(guards, { limit, count, between = 3, measure, warm = true, progress = () => {} }) {
  const others = guards.filter((guard) => guard !== limit);
  const found = new Map(guards.map((guard) => [guard, { runs: [], pairs: [] }]));
  if (warm) for (const guard of guards) await measure(guard);
  for (let round = 0; round < count; round += 1) {
    progress(round, count);
    // Another order each time, so that none always comes after the same one.
    const order = others.map((_, i) => others[(i + round * 5) % others.length]);
    if (round % 2 === 1) order.reverse();
    let before = await measure(limit);
    found.get(limit).runs.push(before);
    for (let i = 0; i < order.length; i += between) {
      const group = order.slice(i, i + between);
      const runs = [];
      for (const guard of group) runs.push(await measure(guard));
      const after = await measure(limit);
      found.get(limit).runs.push(after);
      const beside = { rate: (before.rate + after.rate) / 2, p50: (before.p50 + after.p50) / 2, p99: (before.p99 + after.p99) / 2 };
      group.forEach((guard, j) => { found.get(guard).runs.push(runs[j]); found.get(guard).pairs.push([runs[j], beside]); });
      before = after;
    }
  }
  return new Map(guards.map((guard) => [guard, summary(found.get(guard), guard === limit)]));
}

/** What many runs of a guard come to. Processor time is per request, in microseconds, one value for each program. */
export function summary({ runs, pairs }, isLimit = false) {
  const ratio = (value) => (isLimit ? undefined : interval(pairs.map(([run, beside]) => value(run) / value(beside))));
  const requests = sum(runs.map((run) => run.requests));
  return {
    rate: median(runs.map((run) => run.rate)),
    p50: median(runs.map((run) => run.p50)),
    p99: median(runs.map((run) => run.p99)),
    ratio: ratio((run) => run.rate),
    slower: ratio((run) => run.p99),
    cpu: (runs[0].cpu ?? []).map((_, i) => (sum(runs.map((run) => run.cpu[i])) / requests) * 1e6),
  };
}
