// A viewer made of react-iiif-vault, as its authors build theirs: its canvas, and a bar for its access services.

/** The modules of React 19 are CommonJS, and the bundle of react-iiif-vault wants globals. */
const FILES = {
  react: "react/cjs/react.production.js",
  scheduler: "scheduler/cjs/scheduler.production.js",
  "react-dom": "react-dom/cjs/react-dom.production.js",
  "react-dom/client": "react-dom/cjs/react-dom-client.production.js",
};
const loaded = {};
for (const [name, file] of Object.entries(FILES)) {
  const module = { exports: {} };
  const source = await (await fetch(`modules/${file}`)).text();
  new Function("require", "module", "exports", "process", source)((asked) => loaded[asked], module, module.exports, { env: {} });
  loaded[name] = module.exports;
}
window.React = loaded.react;
window.ReactDOM = { ...loaded["react-dom"], ...loaded["react-dom/client"] };
await new Promise((done, failed) => {
  const script = Object.assign(document.createElement("script"), { src: "modules/react-iiif-vault/dist/bundle.global.js", onload: done, onerror: failed });
  document.head.append(script);
});

const { createElement: h } = window.React;
const { AuthProvider, LocaleString, CanvasPanel, CanvasContext, SimpleViewerProvider, VaultProvider, useCurrentAuth, useVisibleCanvases } = window.ReactIIIFVault;
const manifest = new URLSearchParams(location.search).get("manifest");

function Bar() {
  const { authItems, currentAuth, login, logout } = useCurrentAuth();
  const current = authItems[currentAuth];
  if (!current) return null;
  window.access = current;
  const label = h(LocaleString, null, current.service.label);
  return current.isLoggedIn ? h("button", { onClick: () => logout() }, "Sign out") : h("p", null, label, " ", h("button", { onClick: () => login() }, "Continue"));
}

function Canvases() {
  return useVisibleCanvases().map(({ id }) => h(CanvasContext, { canvas: id, key: id }, h(CanvasPanel.RenderCanvas, { strategies: ["images"] })));
}

function Viewer() {
  return h(VaultProvider, null, h(AuthProvider, null, h(SimpleViewerProvider, { manifest }, h(Bar), h(CanvasPanel.Viewer, { height: 600 }, h(Canvases)))));
}
window.ReactDOM.createRoot(document.getElementById("viewer")).render(h(Viewer));
