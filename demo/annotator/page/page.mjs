// The page of a site whose readers annotate: annotator.js with a token of the site, and images that want the same token.
import { listNotes } from "./notes.mjs";
import { plates } from "./plates.mjs";

const { site, gate, images } = document.body.dataset;
/** What the notes are about. It is the text and not the page, so that another site with the same text shows the same notes. */
const TEXT = "https://library.example.org/notebooks/1887";

const time = (date) => date.toLocaleTimeString("en-GB");

/** Says whom the token is for and how long it is good. The page believes what is in it; the gate proves it. */
function tellOfToken({ userId, consumerKey, issuedAt, ttl }) {
  const end = new Date(Date.parse(issuedAt) + ttl * 1000);
  document.getElementById("token").textContent =
    `The token says that you are ${userId}, a reader of ${site} (${consumerKey}). It is good until ${time(end)} and is renewed before.`;
}

/** Calls `use` with each new token, now and whenever annotator.js fetches another one. */
function withTokens(auth, use) {
  const update = auth.updateHeaders;
  auth.updateHeaders = function updateHeaders() {
    update.call(this);
    use(this.token, this._unsafeToken);
  };
}

/** A message must be heard, too, and must not push the page around. */
function accessibleMessages() {
  document.querySelector(".annotator-notice")?.setAttribute("role", "alert");
}

function start() {
  accessibleMessages();
  const element = document.getElementById("text");
  const annotator = new window.Annotator(element);
  const pictures = plates(gate, images);

  annotator.addPlugin("Auth", { tokenUrl: "/token" });
  withTokens(annotator.plugins.Auth, (token, claims) => {
    tellOfToken(claims);
    pictures.show(token);
  });
  annotator.addPlugin("AnnotateItPermissions", {
    permissions: { read: ["group:__world__"], update: [], delete: [], admin: [] },
    showEditPermissionsCheckbox: false,
  });
  annotator.addPlugin("Store", {
    prefix: `${gate}/annotator`,
    annotationData: { uri: TEXT },
    loadFromSearch: { uri: TEXT, limit: 200 },
  });
  listNotes(annotator);
  // For whoever looks around with the browser's tools.
  window.annotator = annotator;
}

// When the document is ready, and after annotator.js has made its place for messages: a refusal that comes earlier would
// leave it stuck.
window.jQuery(start);
