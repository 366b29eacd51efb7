// Small things that the client of the Authorization Flow API 2.0 needs.

/** The server has to keep the specification. */
export function must(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** The words of a language map in a language that the person reads. */
export function words(map) {
  if (map === undefined) return "";
  must(typeof map === "object" && Object.values(map).every((texts) => Array.isArray(texts)), "no language map");
  const readable = navigator.languages.map((tag) => tag.split("-")[0]);
  const tag = [...readable, "none", "en"].find((one) => map[one]) ?? Object.keys(map)[0];
  return (map[tag] ?? []).join(" ");
}

/** Opens an access service, and waits until its window is closed. False if the browser lets no window open. */
export async function openWindow(id) {
  const opened = window.open(`${id}?origin=${encodeURIComponent(location.origin)}`);
  if (!opened) return false;
  while (!opened.closed) await new Promise((resume) => { setTimeout(resume, 100); });
  return true;
}
