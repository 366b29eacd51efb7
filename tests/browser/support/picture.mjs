// Is a picture really painted? Looks at the pixels of a screenshot, since a canvas with images of another site keeps its
// pixels to itself.

/** How many different colors (16 steps a channel) a PNG shows, each on more than one pixel in two thousand. */
export async function colors(context, png) {
  const page = await context.newPage();
  try {
    return await page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const brush = canvas.getContext("2d");
      brush.drawImage(image, 0, 0);
      const { data } = brush.getImageData(0, 0, image.width, image.height);
      const seen = new Map();
      for (let at = 0; at < data.length; at += 4) {
        const color = ((data[at] >> 4) << 8) | ((data[at + 1] >> 4) << 4) | (data[at + 2] >> 4);
        seen.set(color, (seen.get(color) ?? 0) + 1);
      }
      return [...seen.values()].filter((count) => count > data.length / 4 / 2000).length;
    }, `data:image/png;base64,${png.toString("base64")}`);
  } finally {
    await page.close();
  }
}
