// Puts what was measured into docs/performance.md, between the marks of each section; the prose around them stays.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.mjs";
import { repository } from "./nginx.mjs";
import { number, table } from "./report.mjs";

const page = join(repository, "docs/performance.md");

/** A text with another content between the marks of this name. */
export function between(text, name, content) {
  const [open, close] = [`<!-- bench: ${name} -->`, `<!-- /bench: ${name} -->`];
  const [begin, end] = [text.indexOf(open), text.indexOf(close)];
  if (begin < 0 || end < begin) throw new Error(`there are no marks for ${name}`);
  return `${text.slice(0, begin + open.length)}\n${content.trim()}\n${text.slice(end)}`;
}

/** Publishes the sections that were measured, and on what. */
export function publish(sections, machine) {
  let text = between(readFileSync(page, "utf8"), "machine", machine);
  for (const [name, section] of sections) {
    // The page has headings of its own.
    text = between(text, name, section.markdown.replace(/^## .*\n/, ""));
    if (section.bars) writeFileSync(join(repository, `docs/images/performance-${name}.svg`), chart(section));
  }
  writeFileSync(page, between(text, "instructions", instructions()));
}

/** The committed counts as a table. */
function instructions() {
  const [, ...lines] = readFileSync(join(repository, "bench/instructions.tsv"), "utf8").trimEnd().split("\n");
  const rows = lines.map((line) => line.split("\t")).map(([name, dev, release]) => [name, Number(release) ? number(Number(release)) : "", number(Number(dev))]);
  return table(["instructions for one", "release", "dev build, as the tests compare"], rows);
}
