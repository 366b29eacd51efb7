// A Julia set, computed point by point, so that deep zoom has something at every depth.
import { png, scale } from "./png.mjs";
import { pixels, sheet } from "./svg.mjs";

const PALETTE = [
  [0, [8, 12, 40]], [0.16, [24, 58, 120]], [0.34, [96, 178, 196]], [0.5, [250, 244, 214]],
  [0.68, [238, 160, 52]], [0.84, [140, 40, 60]], [1, [8, 12, 40]],
];

/** Draws the set of c = re + im·i, `width` pixels wide. */
export function julia(re, im, width) {
  const [height, reach] = [Math.round(width * 0.7), 1.55];
  const picture = png(width, height, (px, py) => {
    let x = ((px / width) * 2 - 1) * reach;
    let y = ((py / height) * 2 - 1) * reach * 0.7;
    let step = 0;
    while (x * x + y * y < 64 && step < 180) {
      [x, y] = [x * x - y * y + re, 2 * x * y + im];
      step += 1;
    }
    if (step === 180) return [6, 8, 26];
    const smooth = step + 1 - Math.log2(Math.log2(x * x + y * y) / 2);
    return scale(PALETTE, (Math.sqrt(Math.max(0, smooth)) * 0.19) % 1);
  });
  return sheet(width, height, pixels(picture, 0, 0, width, height));
}
