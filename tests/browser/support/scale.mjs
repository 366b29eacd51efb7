// Does an answer show more of an image than a limit allows? The tests' own arithmetic, not the gate's.

/** Width and height of the region that a request names, in pixels of the whole image. */
function regionOf(words, whole) {
  if (words === "full") return whole;
  const short = Math.min(whole.width, whole.height);
  if (words === "square") return { width: short, height: short };
  const [across, down] = words.startsWith("pct:") ? [whole.width / 100, whole.height / 100] : [1, 1];
  const [x, y, w, h] = words.replace("pct:", "").split(",").map(Number);
  return { width: Math.min(w * across, whole.width - x * across), height: Math.min(h * down, whole.height - y * down) };
}

/** Whether the whole image, at the scale of this request, would have a longer side than `limit`. */
export function exceeds(url, whole, limit) {
  const path = new URL(url).pathname;
  const [regionWords, sizeWords] = path.split("/").slice(-4, -2).map(decodeURIComponent);
  const region = regionOf(regionWords, whole);
  const long = Math.max(whole.width, whole.height);
  const size = sizeWords.replace("^", "");
  // There `max` and `full` mean the size that everybody may see.
  if (size === "full" || size === "max") return long > limit && !path.startsWith("/iiif/preview/");
  if (size.startsWith("pct:")) return (long * Number(size.slice(4))) / 100 > limit;
  // A part of a pixel is a pixel.
  const most = [region.width, region.height].map((side) => Math.ceil((side * limit) / long));
  const over = size.replace("!", "").split(",").map((side, axis) => side !== "" && Number(side) > most[axis]);
  return size.startsWith("!") ? over.every(Boolean) : over.some(Boolean);
}
