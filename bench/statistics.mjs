// Ratios pair by pair, and how sure they are.

export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The value below which a part of the values lies. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

export const median = (values) => quantile(values, 0.5);

/** Random numbers from 0 to 1, always the same ones (mulberry32), so that a table can be computed again. */
function* numbers(seed) {
  for (let state = seed; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    yield ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  }
}

/** The median of some values, and where it lies in 95 of 100 samples drawn from them (bootstrap). */
export function interval(values, samples = 2000) {
  const chance = numbers(values.length);
  const drawn = () => values[Math.floor(chance.next().value * values.length)];
  const medians = Array.from({ length: samples }, () => median(values.map(drawn)));
  return { median: median(values), low: quantile(medians, 0.025), high: quantile(medians, 0.975) };
}

/** Ratios of the runs of one thing to the runs of another beside it, round by round. */
export function ratios(runs, others, value) {
  return interval(runs.map((run, round) => value(run) / value(others[round])));
}
