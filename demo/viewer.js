// The page of the demonstration: Mirador, and a button for each folder of sample images.
"use strict";

/** The words of a IIIF language map. */
const words = (label) => Object.values(label)[0][0];

/** A new window takes the place of the one before; with the same id, Mirador would keep half of its state. */
function show(viewer, manifestId) {
  for (const id of Object.keys(viewer.store.getState().windows)) viewer.store.dispatch(Mirador.actions.removeWindow(id));
  viewer.store.dispatch(Mirador.actions.addWindow({ manifestId }));
}

/**
 * Mirador asks again for tiles after a sign-in only if its token opened the description of the image. On the images' own
 * site the cookie has opened it already; so a description that was refused once is asked for without cookies.
 */
function requests() {
  const refused = new Set();
  return {
    preprocessors: [(url, options) => (refused.has(url) ? { ...options, credentials: "omit" } : options)],
    postprocessors: [(url, { response }) => { if (response?.status === 401) refused.add(url); }],
  };
}

/** Says what is in a folder. Viewers say little about a refusal; the image by itself is answered with a page that says why. */
async function tell(item, isChosen) {
  const manifest = await (await fetch(item.id)).json();
  if (!isChosen()) return;
  document.getElementById("about").textContent = words(manifest.summary);
  const alone = document.getElementById("alone");
  alone.href = manifest.items[0].items[0].items[0].body.id;
  alone.hidden = false;
}

function button(item, choose) {
  const choice = document.createElement("button");
  choice.type = "button";
  choice.textContent = words(item.label);
  choice.addEventListener("click", () => choose(item));
  const entry = document.createElement("li");
  entry.append(choice);
  return entry;
}

async function start() {
  const answer = await fetch("/iiif/manifests/collection.json");
  if (!answer.ok) throw new Error(`the list of images cannot be read (${answer.status})`);
  const { items } = await answer.json();

  const viewer = Mirador.viewer({
    id: "viewer",
    windows: [],
    catalog: items.map(({ id }) => ({ manifestId: id })),
    requests: requests(),
    window: { allowClose: false, allowFullscreen: true, defaultView: "single", sideBarOpen: false },
    workspace: { type: "mosaic" },
    workspaceControlPanel: { enabled: false },
  });

  const list = document.getElementById("folders");
  let chosen;
  const choose = (item) => {
    chosen = item;
    show(viewer, item.id);
    tell(item, () => chosen === item).catch(console.error);
    history.replaceState(null, "", `#${items.indexOf(item) + 1}`);
    [...list.querySelectorAll("button")].forEach((choice, index) => {
      choice.setAttribute("aria-pressed", String(items[index] === item));
    });
  };
  list.append(...items.map((item) => button(item, choose)));
  choose(items[Number(location.hash.slice(1)) - 1] ?? items[0]);
}

start().catch((problem) => {
  document.getElementById("viewer").textContent = `The viewer cannot start: ${problem.message}.`;
});
