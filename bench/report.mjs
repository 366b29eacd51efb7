// Numbers and tables as Markdown.

/** A number for people: thousands apart, as many digits after the point as are asked for. */
export const number = (value, digits = 0) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A ratio; nothing where there is none, which is the limit itself. */
export const share = (ratio) => (ratio ? ratio.median.toFixed(2) : "1");

/** Between what a ratio lies. */
export const spread = (ratio) => (ratio ? `${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}` : "");

/** A table; all columns but the first hold numbers. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}
