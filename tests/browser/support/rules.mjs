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
export const TERMS = "For study only. No printing.";

export const RULES = [
  ["network", "add", "Here", "127.0.0.0/8", "::1"],
  ["role", "add", "press", "--obtained-by", "terms", "--title", "Photographs"],
  ["terms", "set", "press", "--heading", "en=Photographs of the press", "--text", `en=${TERMS}`],
  ["role", "add", "reading-room", "--obtained-by", "kiosk", "--network", "Here", "--title", "Reading room"],
  ["role", "add", "staff"],
  ["rule", "add", "manuscripts/*", "role", "press"],
  ["rule", "add", "reading room/*", "role", "reading-room"],
  ["rule", "add", "Stadtpläne/*", "role", "user", "--public-size", String(LIMIT)],
  ["rule", "add", "fractals/*", "role", "staff", "--message", "en=Ask the curator."],
];
