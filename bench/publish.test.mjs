import assert from "node:assert/strict";
import { test } from "node:test";
import { chart } from "./chart.mjs";
import { between } from "./publish.mjs";

test("what was measured replaces what stood between its marks, and nothing else", () => {
  const page = "a\n<!-- bench: x -->\nold\n<!-- /bench: x -->\nb\n";
  assert.equal(between(page, "x", "new\n"), "a\n<!-- bench: x -->\nnew\n<!-- /bench: x -->\nb\n");
  assert.throws(() => between(page, "y", "new"), /no marks/);
});

test("a chart says in words what it draws", () => {
  const svg = chart({ title: "Ratios", bars: [{ group: "tiles", name: "c" }, { group: "tiles", name: "gate <1>", ratio: { median: 0.9, low: 0.85, high: 0.95 } }] });
  assert.match(svg, /<desc id="desc">tiles, c: 1\.00; tiles, gate &lt;1&gt;: 0\.90\.<\/desc>/);
  assert.match(svg, /prefers-color-scheme: dark/);
});
