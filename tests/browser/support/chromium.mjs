// Debian's Chromium, started by ourselves and attached over CDP: Playwright's own switches would turn off the pop-up
// blocker and the partitioning of storage, which is what these tests are about.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { until } from "./wait.mjs";

const SWITCHES = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
  "--ignore-certificate-errors", "--remote-debugging-port=0", "--window-size=1280,900",
  "--host-resolver-rules=MAP *.archive.test 127.0.0.1,MAP viewer.test 127.0.0.1",
];

/** How a browser comes to keep cookies from other sites: its person's choice in the settings, and its maker's. */
export const WITHOUT_THIRD_PARTY_COOKIES = {
  "by choice": () => startChromium({ thirdPartyCookies: false }),
  "as Chrome once meant to": () => startChromium({ switches: ["--test-third-party-cookie-phaseout"] }),
};

/** Starts a browser with a new profile. `thirdPartyCookies` is the person's choice in its settings. */
export async function startChromium({ thirdPartyCookies = true, switches = [] } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  mkdirSync(join(profile, "Default"));
  const choice = { block_third_party_cookies: !thirdPartyCookies, cookie_controls_mode: thirdPartyCookies ? 0 : 1 };
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: choice }));

  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const child = spawn(program, [...SWITCHES, ...switches, `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (part) => { words = (words + part).slice(-4000); });
  const ended = new Promise((resolve) => { child.on("exit", resolve); child.on("error", resolve); });

  const stop = async (browser) => {
    await browser?.close().catch(() => {});
    child.kill();
    const patience = setTimeout(() => child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(patience);
    // Its helpers write for a moment longer.
    await until("the profile to be gone", () => { rmSync(profile, { recursive: true, force: true }); return true; });
  };
  let browser;
  try {
    const port = await until("Chromium's port", () => readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n")[0], 60);
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  } catch (error) {
    await stop(browser);
    throw new Error(`Chromium did not start: ${words}`, { cause: error });
  }
  const [context] = browser.contexts();
  context.setDefaultTimeout(45_000);
  return { context, stop: () => stop(browser) };
}
