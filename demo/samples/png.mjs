// The smallest writer of PNG files that does: eight-bit RGB, no filter.
import { deflateSync } from "node:zlib";

const CRC = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4 + body.length);
  return frame;
}

/** A PNG of width × height whose pixels are what `color(x, y)` says: [red, green, blue]. */
export function png(width, height, color) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    rows[at] = 0; // this row is not filtered
    at += 1;
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue] = color(x, y);
      rows[at] = Math.max(0, Math.min(255, red));
      rows[at + 1] = Math.max(0, Math.min(255, green));
      rows[at + 2] = Math.max(0, Math.min(255, blue));
      at += 3;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 3 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The color at t in [0, 1] on a scale of [position, [red, green, blue]] stops. */
export function scale(stops, t) {
  const after = stops.findIndex(([position]) => position >= t);
  if (after <= 0) return after === 0 ? stops[0][1] : stops[stops.length - 1][1];
  const [[from, low], [to, high]] = [stops[after - 1], stops[after]];
  const part = (t - from) / (to - from);
  return low.map((value, index) => value + (high[index] - value) * part);
}

/** Parchment or paper: a base color with stains and grain. */
export function paper(width, height, base, stains, grain) {
  return png(width, height, (x, y) => {
    const stain = (stains(x / 90, y / 90) - 0.5) * 46 + (grain(x / 2.5, y / 2.5) - 0.5) * 18;
    const edge = Math.min(x, y, width - x, height - y) / width;
    const dark = Math.max(0, 0.06 - edge) * 700;
    return base.map((value, index) => value + stain - dark * (0.6 + index * 0.3));
  });
}
