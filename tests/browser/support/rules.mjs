// The rules of the tests: each sample folder is opened in another way. What no rule names needs a sign-in.

/** Everybody may see so much of the town plans. */
export const LIMIT = 600;

export const FOLDERS = {
  signIn: "herbarium",
  terms: "manuscripts/codex%201",
  kiosk: "reading%20room",
  tiers: "Stadtpl%C3%A4ne",
  refused: "fractals",
};
export const RULES = [];
