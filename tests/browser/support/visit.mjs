// One person at one viewer: the page, what it asked the image server for, and the login window.
import assert from "node:assert/strict";
import { colors } from "./picture.mjs";
import { until } from "./wait.mjs";

const IMAGE = /\/iiif\/images\/.+\/(default|native)\.jpg$/;
const INFO = /\/iiif\/images\/.+\/info\.json$/;

/** Opens a viewer's page. `url` is the viewer's, `viewer` its driver from viewers.mjs. */
export async function visit(context, viewer, url) {
  const page = await context.newPage();
  let images = [];
  let descriptions = [];
  let tokens = 0;
  let only = "";
  const counts = (kind, asked) => kind.test(asked) && asked.includes(only);
  page.on("response", (response) => {
    const asked = response.url();
    if (counts(IMAGE, asked)) images.push(response.status());
    if (counts(INFO, asked) && response.request().method() === "GET") descriptions.push(response.status());
    if (asked.includes("/auth/iiif-token?")) tokens += 1;
  });
  // Chromium hides a refusal from an <img> of another site (opaque response blocking): it is a failed request then.
  page.on("requestfailed", (request) => {
    if (counts(IMAGE, request.url()) && !/ABORTED/.test(request.failure()?.errorText)) images.push(0);
  });
  const self = {
    page,
    /** Statuses of image requests (0: failed) and descriptions since the last `forget`. */
    get images() { return images; },
    get descriptions() { return descriptions; },
    get tokens() { return tokens; },
    /** From now on only addresses with this in them count: what was asked for before may still arrive. */
    forget(folder = "") { images = []; descriptions = []; tokens = 0; only = folder; },

    /** How many colors the viewer's picture shows now; a blank one shows a handful. */
    colors: async () => colors(context, await page.locator(viewer.picture).first().screenshot()),

    /** Waits until tiles came and are to be seen. */
    async painted() {
      await until("tiles with status 200", () => images.includes(200));
      await until("a picture on the screen", async () => (await self.colors()) > 30);
      assert.ok(images.filter((status) => status === 200).length >= 3, "several tiles came");
    },

    /** Waits until the image server refused, and makes sure that nothing of the picture is to be seen. */
    async refused() {
      await until("a description that was refused", () => descriptions.includes(401));
      await until("an image that was refused", () => images.some((status) => status === 0 || status === 401));
      await viewer.offersLogin(page);
      assert.ok(!images.includes(200), `no tile came: ${images}`);
      assert.ok((await self.colors()) < 12, "nothing of the picture is to be seen");
    },

    /** Presses the viewer's login; gives the window that opens. */
    async login() {
      const opened = page.waitForEvent("popup");
      await viewer.pressLogin(page);
      const popup = await opened;
      await popup.waitForLoadState("domcontentloaded");
      return popup;
    },
    close: () => page.close(),
  };
  await page.goto(url);
  return self;
}

/** Fills in the form of a login window and sends it. */
export async function fillIn(popup, { username, password }) {
  await popup.getByLabel("User name").fill(username);
  await popup.getByLabel("Password").fill(password);
  await popup.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in through a login window: the form, then the second page, whose button closes the window. */
export async function signIn(popup, person) {
  await fillIn(popup, person);
  const closed = popup.waitForEvent("close");
  // The click may be cut short by the very window that it closes.
  await Promise.all([closed, popup.getByRole("button", { name: "Continue" }).click().catch(() => {})]);
}

/** The same for a viewer on the images' own site: there the second page closes by itself. */
export async function signInHere(popup, person) {
  const closed = popup.waitForEvent("close");
  await fillIn(popup, person);
  await closed;
}
