// A kiosk in viewers of version 1: they open its window without a click, so its browser has to let windows open, as the
// machine of a reading room can be set up to (in Chromium with the policy PopupsAllowedForUrls).
import assert from "node:assert/strict";
import { test } from "node:test";
import { startChromium } from "./support/chromium.mjs";
import { FOLDERS, RULES } from "./support/rules.mjs";
import { scene } from "./support/scene.mjs";
import { MIRADOR_3, MIRADOR_4, UNIVERSAL_VIEWER } from "./support/viewers.mjs";

const set = scene({ rules: RULES });
const inTheReadingRoom = () => startChromium({ switches: ["--disable-popup-blocking"] });

for (const [name, viewer] of Object.entries({ "Mirador 3": MIRADOR_3, "Mirador 4": MIRADOR_4, "Universal Viewer": UNIVERSAL_VIEWER })) {
  test(`${name} opens a kiosk by itself`, set.withBrowser(async (context) => {
    const visitor = await set.person(context, viewer, FOLDERS.kiosk);
    await visitor.painted();
    assert.ok(visitor.tokens > 0, "it asked for a token");
  }, inTheReadingRoom));
}
