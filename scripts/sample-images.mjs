#!/usr/bin/env node
// Draws the sample images, writes a manifest for each folder of them, and makes some files that are no images.
//
//   scripts/sample-images.mjs IMAGE_DIR MANIFEST_DIR BASE_URL [--width=6000] [--files=FILES_DIR]
//
// An image that is there already is left alone; manifests are written every time, since they hold BASE_URL.
// Needs vips (Debian's libvips-tools). Nothing is downloaded.
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { FOLDERS } from "../demo/samples/catalog.mjs";
import { FILES } from "../demo/samples/files.mjs";
import { collection, manifest } from "../demo/samples/manifest.mjs";

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const option = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const width = Number(option("width") ?? 6000);
const filesDir = option("files");
const [imageDir, manifestDir, baseUrl] = words;
if (words.length !== 3 || !(width >= 500 && width <= 20000)) {
  console.error("usage: scripts/sample-images.mjs IMAGE_DIR MANIFEST_DIR BASE_URL [--width=6000] [--files=FILES_DIR]");
  process.exit(1);
}

const run = promisify(execFile);
const vips = (...args) => run("vips", args);

/** The svg's longer side, as it says itself. */
function longerSide(svg) {
  const [, across, down] = /^<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg);
  return Math.max(Number(across), Number(down));
}

async function drawImage(file, draw) {
  if (existsSync(file)) return false;
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.part`;
  const svg = draw(width);
  writeFileSync(`${part}.svg`, svg);
  await vips("svgload", `${part}.svg`, `${part}.v`, "--scale", String(width / longerSide(svg)), "--unlimited");
  await vips("flatten", `${part}.v`, `${part}.flat.v`, "--background", "255 255 255");
  if (file.endsWith(".jp2")) {
    await vips("jp2ksave", `${part}.flat.v`, `${part}.jp2`, "--Q", "48", "--tile-width", "512", "--tile-height", "512");
    renameSync(`${part}.jp2`, file);
  } else {
    await vips("tiffsave", `${part}.flat.v`, `${part}.tif`, "--tile", "--pyramid", "--tile-width", "256",
      "--tile-height", "256", "--compression", "jpeg", "--Q", "88");
    renameSync(`${part}.tif`, file);
  }
  for (const rest of [".svg", ".v", ".flat.v"]) rmSync(`${part}${rest}`, { force: true });
  return true;
}

function size(file) {
  const ask = (field) => Number(execFileSync("vipsheader", ["-f", field, file], { encoding: "utf8" }));
  return { width: ask("width"), height: ask("height") };
}

/** Works through a list, two at a time where there are two processors. */
async function inTurns(list, work) {
  const queue = [...list];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism?.() ?? cpus().length) }, worker));
}

/** Writes a file only if that changes it, so that its date tells the truth to caches. */
function write(file, bytes) {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file) || !readFileSync(file).equals(bytes)) writeFileSync(file, bytes);
}

const json = (value) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

const images = FOLDERS.flatMap(({ folder, images: list }) =>
  list.map((image) => ({ ...image, path: join(imageDir, folder, image.file) })),
);
await inTurns(images, async ({ path, draw }) => {
  if (await drawImage(path, draw)) console.log(`drawn: ${path}`);
});
for (const entry of FOLDERS) {
  const sizes = entry.images.map(({ file }) => size(join(imageDir, entry.folder, file)));
  write(join(manifestDir, entry.folder, "manifest.json"), json(manifest(baseUrl, entry, sizes)));
}
write(join(manifestDir, "collection.json"), json(collection(baseUrl, FOLDERS)));
if (filesDir) for (const { file, make } of FILES) write(join(filesDir, file), make());
