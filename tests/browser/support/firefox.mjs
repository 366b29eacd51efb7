// Debian's Firefox, driven over WebDriver BiDi, with its own defaults where the driver's would hide what is tested: the
// pop-up blocker and Total Cookie Protection.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firefox } from "playwright-core";
import { until } from "./wait.mjs";

/** `network.cookie.cookieBehavior`: what a person chooses under "Enhanced Tracking Protection". */
const COOKIES = { blocked: 1, partitioned: 5 };

/** Starts a Firefox with a new profile. `cookies` from other sites are `partitioned`, as by default, or all `blocked`. */
export async function startFirefox({ cookies = "partitioned" } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "firefox-"));
  const forget = () => until("the profile to be gone", () => { rmSync(profile, { recursive: true, force: true }); return true; });
  let context;
  try {
    context = await firefox.launchPersistentContext(profile, {
      channel: "moz-firefox",
      executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
      headless: true,
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 900 },
      firefoxUserPrefs: {
        "network.dns.forceResolve": "127.0.0.1",
        "network.cookie.cookieBehavior": COOKIES[cookies],
        "browser.contentblocking.features.standard": "",
        "dom.disable_open_during_load": true,
        "privacy.trackingprotection.enabled": false,
        "app.normandy.enabled": false,
        "services.settings.server": "data:,",
      },
    });
  } catch (error) {
    await forget();
    throw error;
  }
  context.setDefaultTimeout(45_000);
  const stop = async () => {
    await context.close();
    await forget();
  };
  return { context, stop };
}
