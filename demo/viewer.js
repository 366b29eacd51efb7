// The page of the demonstration: Mirador, and a button for each folder of sample images.
"use strict";

const WINDOW = "demo";

/** The words of a IIIF language map. */
const words = (label) => Object.values(label)[0][0];

function show(viewer, manifestId) {
  const open = viewer.store.getState().windows[WINDOW];
  if (open) viewer.store.dispatch(Mirador.actions.removeWindow(WINDOW));
  viewer.store.dispatch(Mirador.actions.addWindow({ id: WINDOW, manifestId }));
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
    window: { allowClose: false, allowFullscreen: true, defaultView: "single", sideBarOpen: false },
    workspace: { type: "mosaic" },
    workspaceControlPanel: { enabled: false },
  });

  const list = document.getElementById("folders");
  const choose = (item) => {
    show(viewer, item.id);
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
