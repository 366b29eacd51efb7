// Words of SVG that the sample images share.

/** A number as short as it may be written. */
export const n = (value) => String(Math.round(value * 10) / 10);

/** Points [[x, y], …] as path data; closed when asked for. */
export const path = (points, close = false) =>
  `M${points.map(([x, y]) => `${n(x)} ${n(y)}`).join("L")}${close ? "Z" : ""}`;

/** Text at a place. `more` holds further attributes. */
export const text = (x, y, size, words, more = "") =>
  `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" ${more}>${words}</text>`;

/** A whole drawing: `body` on a sheet of width × height. */
export const sheet = (width, height, body, font = "DejaVu Serif") =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
  `viewBox="0 0 ${width} ${height}" font-family="${font}">${body}</svg>`;

/** A picture of pixels, stretched over a rectangle; `png` is the file's bytes. */
export const pixels = (png, x, y, width, height) =>
  `<image x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" ` +
  `preserveAspectRatio="none" href="data:image/png;base64,${png.toString("base64")}"/>`;
