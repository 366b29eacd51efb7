// Bars as an SVG that reads in light and dark, by eye and by ear.

const ROW = 26;
const LEFT = 470;
const WIDTH = 920;
const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

/** A chart of ratios: a bar each, its interval as a line across its end, c as a line through all of them. */
export function chart({ title, bars }) {
  const most = Math.max(...bars.map((bar) => bar.ratio?.high ?? 1), 1.05);
  const scale = (value) => (value / most) * (WIDTH - LEFT - 70);
  let y = 44;
  let group;
  const parts = [];
  for (const bar of bars) {
    if (bar.group !== group) {
      group = bar.group;
      y += 10;
      parts.push(`<text class="group" x="12" y="${y + 14}">${escape(group)}</text>`);
      y += ROW;
    }
    const ratio = bar.ratio ?? { median: 1, low: 1, high: 1 };
    const end = LEFT + scale(ratio.median);
    parts.push(
      `<text x="${LEFT - 10}" y="${y + 14}" text-anchor="end">${escape(bar.name)}</text>`,
      `<rect class="${bar.name.startsWith("gate") ? "ours" : "other"}" x="${LEFT}" y="${y + 2}" width="${(end - LEFT).toFixed(1)}" height="${ROW - 9}"/>`,
      `<path class="spread" d="M${(LEFT + scale(ratio.low)).toFixed(1)} ${y + 10.5}H${(LEFT + scale(ratio.high)).toFixed(1)}"/>`,
      `<text x="${WIDTH - 44}" y="${y + 14}">${ratio.median.toFixed(2)}</text>`,
    );
    y += ROW;
  }
  const height = y + 16;
  const x = LEFT + scale(1);
  const words = bars.map((bar) => `${bar.group}, ${bar.name}: ${(bar.ratio?.median ?? 1).toFixed(2)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
<title id="title">${escape(title)}</title>
<desc id="desc">${escape(words)}.</desc>
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .heading { font-size: 16px; font-weight: 600 } .group { font-weight: 600 }
  .ours { fill: #1f6feb } .other { fill: #8c959f } .limit, .spread { stroke: #1f2328; fill: none } .limit { stroke-dasharray: 4 3 } .spread { stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #58a6ff } .other { fill: #6e7681 } .limit, .spread { stroke: #e6edf3 } }
</style>
<text class="heading" x="12" y="26">${escape(title)}</text>
<path class="limit" d="M${x.toFixed(1)} 40V${height - 10}"/>
${parts.join("\n")}
</svg>
`;
}
