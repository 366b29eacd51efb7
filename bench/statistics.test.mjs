import assert from "node:assert/strict";
import { test } from "node:test";
import { interval, median, quantile, ratios } from "./statistics.mjs";

test("the middle of an even number of values lies between two of them", () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(quantile([10, 20, 30], 0.99), 29.8);
});

test("a ratio is taken within each round, so that what slows a whole round down cancels out", () => {
  const quick = [100, 50, 10].map((rate) => ({ rate }));
  const slow = [80, 40, 8].map((rate) => ({ rate }));
  const ratio = ratios(slow, quick, (run) => run.rate);
  assert.deepEqual(ratio, { median: 0.8, low: 0.8, high: 0.8 });
});

test("an interval holds its median and is the same each time", () => {
  const values = [0.91, 0.95, 0.9, 0.97, 0.93, 0.94, 0.92];
  const first = interval(values);
  assert.ok(first.low <= first.median && first.median <= first.high);
  assert.ok(first.low > 0.9 - 1e-9 && first.high < 0.97 + 1e-9);
  assert.deepEqual(interval(values), first);
});
