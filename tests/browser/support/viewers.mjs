// How a person works each viewer. `picture` is where its images are painted.

const mirador = {
  picture: ".openseadragon-canvas canvas",
  offersLogin: (page) => page.getByRole("button", { name: "Continue" }).waitFor(),
  async pressLogin(page) {
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  },
  failure: (page) => page.getByText("Not signed in"),
  retry: (page) => page.getByRole("button", { name: "Retry" }),
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
  offersLogin: (page) => page.locator(".overlay.auth1 .confirm, .overlay.login .confirm").first().waitFor(),
  pressLogin: (page) => page.locator(".overlay.auth1 .confirm, .overlay.login .confirm").locator("visible=true").click(),
};
