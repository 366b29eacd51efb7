// How a person works each viewer. `picture` is where its images are painted.

const mirador = {
  picture: ".openseadragon-canvas canvas",
  loginButton: (page) => page.getByRole("button", { name: "Continue" }),
  offersLogin: (page) => page.getByRole("button", { name: "Continue" }).waitFor(),
  async pressLogin(page) {
    await page.getByRole("button", { name: "Continue" }).click();
    const confirm = page.getByRole("button", { name: "Sign in", exact: true });
    await confirm.click();
    // The bar unfolds in the meantime, and now and then a first click goes past the button.
    await confirm.waitFor({ state: "hidden", timeout: 3000 }).catch(() => confirm.click());
  },
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
};
