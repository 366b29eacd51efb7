// Pictures of the pages: with UPDATE_IMAGES=1 those of the documentation, else only kept beside the tests' other output.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./stack.mjs";

const folder = join(repository, process.env.UPDATE_IMAGES === "1" ? "docs/images" : "var/test/screens");

/** Takes a picture of what the window shows. `size` is width and height, `colorScheme` light or dark. */
export async function takePicture(page, name, { size = [1280, 800], colorScheme = "light" } = {}) {
  mkdirSync(folder, { recursive: true });
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width: size[0], height: size[1] });
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: `${file}.full.png`, animations: "disabled" });
  // 256 colors are enough for a picture of a page, and a fourth of the bytes.
  execFileSync("vips", ["pngsave", `${file}.full.png`, file, "--palette", "--strip", "--compression", "9"]);
  rmSync(`${file}.full.png`);
  await page.emulateMedia({ colorScheme: "light" });
}
