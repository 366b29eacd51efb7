// How a person works each viewer. `picture` is where its images are painted.
import assert from "node:assert/strict";
import { until } from "./wait.mjs";

const mirador = {
  picture: ".openseadragon-canvas canvas",
  loginButton: (page) => page.getByRole("button", { name: "Continue" }),
  offersLogin: (page) => page.getByRole("button", { name: "Continue" }).waitFor(),
  async pressLogin(page) {
    await page.getByRole("button", { name: "Continue" }).click();
    const confirm = page.getByRole("button", { name: /^(Sign in|Read the terms)$/ });
    await confirm.click();
    // The bar unfolds in the meantime, and now and then a first click goes past the button.
    await confirm.waitFor({ state: "hidden", timeout: 3000 }).catch(() => confirm.click());
  },
  get offersMore() { return this.offersLogin; },
  get pressMore() { return this.pressLogin; },
  /** The words of the failure flash by: Mirador soon offers the login again. */
  failed: (page) => page.getByRole("button", { name: /Continue|Retry/ }).first().waitFor(),
  async pressLogout(page) {
    await page.getByRole("button", { name: /^Sign out of|^Log out/ }).click();
  },
  offersLogout: (page) => page.getByRole("button", { name: /^Sign out of|^Log out/ }).waitFor(),
  nextImage: (page) => page.getByRole("button", { name: "Next item" }).click(),
};

export const MIRADOR_3 = { ...mirador, page: "mirador3.html" };
export const MIRADOR_4 = { ...mirador, page: "mirador4.html" };

export const UNIVERSAL_VIEWER = {
  page: "uv.html",
  picture: ".openseadragon-canvas canvas",
  offersLogin: (page) => page.locator(".overlay.auth .confirm").waitFor(),
  pressLogin: (page) => page.locator(".overlay.auth .confirm").click(),
  failed: (page) => page.getByText("log-in attempt did not appear to be successful").waitFor(),
  /** When its yellow bar comes at the wrong moment, it shows no picture until its window changes. */
  async nudge(page) {
    const { width, height } = page.viewportSize() ?? { width: 1280, height: 900 };
    await page.setViewportSize({ width, height: height === 900 ? 880 : 900 });
  },
  /** Where there is a reduced picture, a bar above it offers the sign-in. */
  offersMore: (page) => page.getByText("Sign in to Library of Nowhere").waitFor(),
  pressMore: (page) => page.getByText("Sign in", { exact: true }).click(),
};

/** The client of our own for Authorization Flow 2.0: pages/v2-client.js. */
export const V2_CLIENT = {
  page: "v2-client.html",
  picture: "#picture",
  offersLogin: (page) => page.locator("#buttons button").first().waitFor(),
  pressLogin: (page) => page.locator("#buttons button").first().click(),
  pressLogout: (page) => page.getByRole("button", { name: /^Sign out of/ }).click(),
  /** Waits until it says open, substitute, denied or error. */
  async ended(page, state) {
    const now = () => page.evaluate(() => document.body.dataset.state);
    await until(`the client to say ${state}`, async () => [state, "error"].includes(await now()));
    assert.equal(await now(), state, await page.locator("#note").textContent());
  },
  steps: (page) => page.evaluate(() => window.steps.join(", ")),
};

/** A viewer made of react-iiif-vault, which speaks version 2 as well. */
export const VAULT = {
  page: "vault.html",
  picture: "#viewer canvas",
  offersLogin: (page) => page.getByRole("button", { name: "Continue" }).waitFor(),
  pressLogin: (page) => page.getByRole("button", { name: "Continue" }).click(),
  pressLogout: (page) => page.getByRole("button", { name: "Sign out" }).click(),
  offersLogout: (page) => page.getByRole("button", { name: "Sign out" }).waitFor(),
};

/** OpenSeadragon and nothing else: it knows of no sign-in. */
export const OPENSEADRAGON = { page: "openseadragon.html", picture: "#viewer" };
