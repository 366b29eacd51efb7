// One person at one viewer: the page, what it asked the image server for, and the login window.
import assert from "node:assert/strict";
import { colors } from "./picture.mjs";
import { exceeds } from "./scale.mjs";
import { until } from "./wait.mjs";

const IMAGE = /\/iiif\/(images|preview|full)\/.+\/(default|native)\.jpg$/;
const INFO = /\/iiif\/(images|preview|full)\/.+\/info\.json$/;

/** Opens a viewer's page. `url` is the viewer's, `viewer` its driver from viewers.mjs. */
export async function visit(context, viewer, url) {
  const page = await context.newPage();
  let images = [];
  let answers = [];
  let descriptions = [];
  let tokens = 0;
  let only = "";
  const counts = (kind, asked) => kind.test(asked) && asked.includes(only);
  page.on("response", (response) => {
    const asked = response.url();
    if (counts(IMAGE, asked)) {
      images.push(response.status());
      answers.push({ url: asked, status: response.status() });
    }
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
    /** The addresses of images that came. */
    get pictures() { return answers.filter(({ status }) => status === 200 || status === 304).map(({ url }) => url); },
    get descriptions() { return descriptions; },
    get tokens() { return tokens; },
    /** From now on only addresses with this in them count: what was asked for before may still arrive. */
    forget(folder = "") { images = []; answers = []; descriptions = []; tokens = 0; only = folder; },

    /** How many colors the viewer's picture shows now; a blank one shows a handful. */
    colors: async () => colors(context, await page.locator(viewer.picture).first().screenshot()),

    /** Waits until tiles came and are to be seen. */
    async painted(least = 3) {
      await until("tiles with status 200", () => images.includes(200));
      await until("a picture on the screen", async () => (await self.colors()) > 30 || viewer.nudge?.(page));
      assert.ok(images.filter((status) => status === 200).length >= least, "several tiles came");
    },

    /** Waits until a picture is to be seen, and makes sure that no answer showed more of it than `limit`. */
    async reduced(whole, limit) {
      await self.painted(1);
      const over = self.pictures.filter((url) => exceeds(url, whole, limit));
      assert.deepEqual(over, [], `nothing with a side above ${limit} pixels came`);
    },

    /** Waits until more of the picture came than `limit`. */
    async whole(whole, limit) {
      await until(`more than ${limit} pixels`, () => self.pictures.some((url) => exceeds(url, whole, limit)));
      await self.painted();
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
    async login(press = viewer.pressLogin) {
      const opened = page.waitForEvent("popup");
      await press(page);
      const popup = await opened;
      // A kiosk's window closes by itself, perhaps before it can be looked at.
      await popup.waitForLoadState("domcontentloaded").catch((error) => { if (!popup.isClosed()) throw error; });
      return popup;
    },
    /** Waits for the logout service to open in a window, and to close it. */
    async signedOut() {
      const popup = await page.waitForEvent("popup");
      if (!popup.isClosed()) await popup.waitForEvent("close");
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

/** Presses the button that closes a window. */
export async function goOn(popup) {
  const closed = popup.waitForEvent("close");
  // The click may be cut short by the very window that it closes.
  await Promise.all([closed, popup.getByRole("button", { name: "Continue" }).click().catch(() => {})]);
}

/** Signs in through a login window: the form, then the second page, whose button closes the window. */
export async function signIn(popup, person) {
  await fillIn(popup, person);
  await goOn(popup);
}

/** Accepts terms of use in the window that shows them. */
export async function agree(popup) {
  await popup.getByRole("button", { name: "I agree" }).click();
  await goOn(popup);
}

/** The same for a viewer on the images' own site: there the second page closes by itself. */
export async function signInHere(popup, person) {
  const closed = popup.waitForEvent("close");
  await fillIn(popup, person);
  await closed;
}

/** Signs in to the account, in a new window. */
export async function account(context, stack, person) {
  const page = await context.newPage();
  await page.goto(`${stack.origin}/auth/login`);
  await fillIn(page, person);
  await page.waitForURL((now) => !now.pathname.endsWith("/login"));
  return page;
}
