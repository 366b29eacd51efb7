// `make bench`: measures what a decision costs, and writes var/bench.
//
//   node bench/run.mjs [--quick] [--publish] [--binary FILE] [--floor FILE] [--out FOLDER] [SECTION...]
//
// Sections: guards latency replay documents scale settings. `--publish` puts the tables into docs/performance.md, too.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chart } from "./chart.mjs";
import { machine } from "./machine.mjs";
import { repository } from "./nginx.mjs";
import { stopAll } from "./programs.mjs";
import { documentsSection } from "./documents.mjs";
import { guardsSection } from "./guards.mjs";
import { latencySection } from "./latency.mjs";
import { replaySection } from "./replay.mjs";
import { scaleSection } from "./scale.mjs";
import { publish } from "./publish.mjs";
import { scene } from "./scene.mjs";
import { settingsSection } from "./settings.mjs";

const SECTIONS = { guards: guardsSection, latency: latencySection, replay: replaySection, documents: documentsSection, scale: scaleSection, settings: settingsSection };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false }, publish: { type: "boolean", default: false },
    binary: { type: "string" }, floor: { type: "string" }, out: { type: "string" },
  },
});
const target = process.env.CARGO_TARGET_DIR ?? join(repository, "target");
const setup = {
  quick: values.quick,
  binary: values.binary ?? join(target, "release/iiif-gate"),
  floor: values.floor ?? join(target, "release/examples/actix_floor"),
};
const chosen = positionals.length > 0 ? positionals : Object.keys(SECTIONS);
for (const name of chosen) if (!SECTIONS[name]) throw new Error(`there is no section ${name}; there are ${Object.keys(SECTIONS).join(", ")}`);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopAll().then(() => process.exit(130)));

const out = values.out ?? join(repository, "var/bench");
let failed = true;
try {
  mkdirSync(out, { recursive: true });
  const all = await scene(setup);
  const bench = { ...setup, ...all };
  const on = machine(setup);
  const found = new Map();
  const begun = performance.now();
  for (const name of chosen) {
    process.stderr.write(`== ${name}\n`);
    const section = await SECTIONS[name](bench);
    if (!section) continue;
    process.stdout.write(`${section.markdown}\n`);
    found.set(name, section);
    if (section.bars) writeFileSync(join(out, `${name}.svg`), chart(section));
    process.stderr.write(`== ${name} after ${Math.round((performance.now() - begun) / 1000)} s\n`);
  }
  const heading = `# What \`make bench${setup.quick ? " QUICK=1" : ""}\` measured`;
  writeFileSync(join(out, "latest.md"), [`${heading}\n\n${on}\n`, ...[...found.values()].map((section) => section.markdown)].join("\n"));
  if (values.publish) publish(found, on);
  failed = false;
} finally {
  const logs = await stopAll({ keep: failed });
  if (failed) process.stderr.write(`The logs are kept:\n${logs.join("\n")}\n`);
}
