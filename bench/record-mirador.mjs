// Records what Mirador asks for while somebody looks around in an image: `node bench/record-mirador.mjs > bench/mirador.tsv`.
// Run once; needs `scripts/install-modules tests/browser` and Chromium. Each line: milliseconds, and the tile behind the identifier.
import { createServer } from "node:http";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { startChromium } from "../tests/browser/support/chromium.mjs";
import { viewerFolder } from "../tests/browser/support/stack.mjs";

const folder = viewerFolder(mkdtempSync(join(tmpdir(), "mirador-")));
const [width, height] = [12_000, 8_000];
const tile = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><path fill="#886" d="M0 0h256v256H0z"/></svg>';
const asked = [];
let begun;

const server = createServer((request, response) => {
  const origin = `http://${request.headers.host}`;
  const service = `${origin}/iiif/images/maps%2Fworld.tif`;
  const json = (value) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (request.url === "/manifest.json") {
    const canvas = `${origin}/canvas`;
    return json({
      "@context": "http://iiif.io/api/presentation/3/context.json", id: `${origin}/manifest.json`, type: "Manifest", label: { en: ["A map"] },
      items: [{ id: canvas, type: "Canvas", width, height, items: [{ id: `${canvas}/page`, type: "AnnotationPage", items: [{
        id: `${canvas}/image`, type: "Annotation", motivation: "painting", target: canvas,
        body: { id: `${service}/full/max/0/default.jpg`, type: "Image", width, height, service: [{ "@id": service, "@type": "ImageService2", profile: "http://iiif.io/api/image/2/level2.json" }] },
      }] }] }],
    });
  }
  if (request.url.endsWith("/info.json")) {
    return json({ "@context": "http://iiif.io/api/image/2/context.json", "@id": service, protocol: "http://iiif.io/api/image", width, height,
      tiles: [{ width: 256, scaleFactors: [1, 2, 4, 8, 16, 32] }], profile: ["http://iiif.io/api/image/2/level2.json"] });
  }
  const found = /^\/iiif\/images\/maps%2Fworld\.tif(\/.*)$/.exec(request.url);
  if (found) {
    begun ??= performance.now();
    asked.push(`${Math.round(performance.now() - begun)}\t${found[1]}`);
    return response.writeHead(200, { "content-type": "image/svg+xml" }).end(tile);
  }
  const types = { ".html": "text/html", ".js": "text/javascript" };
  try {
    const path = new URL(request.url, origin).pathname;
    const body = readFileSync(join(folder, path));
    return response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body);
  } catch {
    return response.writeHead(404).end();
  }
});
await new Promise((ready) => { server.listen(0, "127.0.0.1", ready); });
const origin = `http://127.0.0.1:${server.address().port}`;
const chromium = await startChromium();
try {
  const page = await chromium.context.newPage();
  await page.goto(`${origin}/mirador3.html?manifest=${encodeURIComponent(`${origin}/manifest.json`)}`);
  const canvas = page.locator(".openseadragon-canvas canvas").first();
  await canvas.waitFor();
  await page.waitForTimeout(3000);
  const { x, y, width: w, height: h } = await canvas.boundingBox();
  const zoom = async (times) => { for (let i = 0; i < times; i += 1) { await page.mouse.wheel(0, -400); await page.waitForTimeout(350); } };
  const drag = async (dx, dy) => {
    await page.mouse.move(x + w / 2, y + h / 2);
    await page.mouse.down();
    await page.mouse.move(x + w / 2 + dx, y + h / 2 + dy, { steps: 12 });
    await page.mouse.up();
    await page.waitForTimeout(900);
  };
  await page.mouse.move(x + w / 2, y + h / 2);
  await zoom(4);
  await page.waitForTimeout(900);
  await drag(-500, -200);
  await zoom(3);
  await page.waitForTimeout(900);
  await drag(450, 250);
  await drag(-600, 100);
  process.stdout.write(`${asked.join("\n")}\n`);
} finally {
  await chromium.stop();
  server.close();
  server.closeAllConnections();
}
