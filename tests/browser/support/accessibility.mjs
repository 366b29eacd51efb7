// What a page owes to everybody: axe-core finds nothing, and nothing runs out of a phone's width.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

async function violations(page) {
  await page.evaluate(`if (!window.axe) { ${AXE} }`);
  const result = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
  return result.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

/** Colors do not depend on the width, nor the layout on the colors: two looks at a page see all four. */
const LOOKS = [{ colorScheme: "light", size: DESKTOP }, { colorScheme: "dark", size: PHONE }];

/** What is wrong with the page as it is: light and on a desktop, dark and on a phone. */
export async function barriers(page) {
  const where = new URL(page.url()).pathname;
  const found = [];
  for (const { colorScheme, size } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    // A color that is still on its way from light to dark is none of the page's.
    await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
    for (const words of await violations(page)) found.push(`${where}, ${colorScheme}, ${size.width} px wide: ${words}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) found.push(`${where} is ${wide} px too wide for ${size.width} px`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(DESKTOP);
  return found;
}
