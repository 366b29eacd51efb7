// The sample images of all tests. `npm test` draws them before, since test files run side by side.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const IMAGES = join(repository, "var/test/images");

/** Draws what is missing, and writes manifests for this origin. */
export function draw(manifests, origin, ...options) {
  execFileSync(join(repository, "scripts/sample-images.mjs"), [IMAGES, manifests, origin, "--width=2400", ...options]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), "draw-"));
  draw(folder, "https://images.archive.test");
  rmSync(folder, { recursive: true });
}
