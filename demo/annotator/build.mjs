#!/usr/bin/env node
// Builds annotator.js, its style and OpenSeadragon for DocLand's page from the npm packages, as the package's own Cakefile
// does: with the CoffeeScript of its time, which is not the version that its folder of vendors holds.
//
//   build.mjs FOLDER      writes annotator.js, annotator.css, openseadragon.js and openseadragon's buttons into FOLDER
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const [, , folder] = process.argv;
if (!folder) {
  console.error("usage: build.mjs FOLDER");
  process.exit(1);
}

const require = createRequire(import.meta.url);
const { compile } = require("coffee-script");
const source = dirname(require.resolve("annotator/package.json"));
const openseadragon = join(dirname(require.resolve("openseadragon/package.json")), "build/openseadragon");

// The order is the Cakefile's.
const CORE = ["extensions", "console", "class", "range", "annotator", "widget", "editor", "viewer", "notification"];
const PLUGINS = ["auth", "store", "permissions", "annotateitpermissions", "unsupported"];

const read = (file) => readFileSync(join(source, file), "utf8");

/** jQuery 1.7.1 of the package, then annotator.js with its plugins, compiled as one program. */
function program() {
  const files = [...CORE, ...PLUGINS.map((name) => `plugin/${name}`)];
  return [read("lib/vendor/jquery.js"), compile(files.map((name) => read(`src/${name}.coffee`)).join("\n"))].join(";\n");
}

/** The style with its pictures inside. */
function style() {
  const picture = (_, name) => `url(data:image/png;base64,${readFileSync(join(source, "img", name)).toString("base64")})`;
  return read("css/annotator.css").replace(/url\(\.\.\/img\/([\w-]+\.png)\)/g, picture);
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "annotator.js"), program());
writeFileSync(join(folder, "annotator.css"), style());
cpSync(join(openseadragon, "openseadragon.min.js"), join(folder, "openseadragon.js"));
cpSync(join(openseadragon, "images"), join(folder, "images"), { recursive: true });
