// A client of the IIIF Authorization Flow API 2.0: the algorithm of its section 7.1, and nothing that a server should not
// count on. It takes the specification at its word: an answer that breaks it is an error, which the tests see.
//
//   v2-client.html?image=BASE       an image service, by its base address
//   v2-client.html?manifest=URL     the first resource that the manifest paints; a file needs its probe there
import { receiveToken } from "./v2-token.js";
import { must, openWindow, words } from "./v2-parts.js";

const CONTEXT = "http://iiif.io/api/auth/2/context.json";
const IMAGE_2 = "http://iiif.io/api/image/2/context.json";
const ORDER = ["external", "kiosk", "active"];
const element = (name) => document.getElementById(name);
/** What happened, for the tests. */
const steps = (window.steps = []);
const tokens = new Map();

const all = (value) => (value === undefined ? [] : [value].flat());
const ofType = (thing, type) => all(thing.service).filter((service) => service.type === type);

/** Says how it ended: open, substitute, or denied. */
function say(state, heading = "", note = "") {
  document.body.dataset.state = state;
  element("heading").textContent = heading;
  element("note").textContent = note;
}

/** A button that waits for its click, and for whatever follows from it. */
function button(label) {
  const made = document.createElement("button");
  made.textContent = label;
  element("buttons").append(made);
  return made;
}

async function description(base) {
  const answer = await fetch(`${base}/info.json`);
  must(answer.status === 200 || answer.status === 401, `info.json answered ${answer.status}`);
  return answer.json();
}

let viewer;

/** Shows an image service with OpenSeadragon, and any other resource in a frame. */
async function display(resource) {
  viewer?.destroy();
  viewer = undefined;
  element("picture").replaceChildren();
  if (!/^ImageService/.test(resource.type)) {
    const frame = document.createElement("iframe");
    frame.src = resource.id;
    element("picture").append(frame);
    return;
  }
  const info = await description(resource.id);
  viewer = OpenSeadragon({ element: element("picture"), tileSources: info, showNavigationControl: false, drawer: "canvas" });
}

async function ask(probe, token) {
  const answer = await fetch(probe.id, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  must(answer.status === 200, `the probe answered ${answer.status}`);
  const result = await answer.json();
  must(result["@context"] === CONTEXT && result.type === "AuthProbeResult2", "no AuthProbeResult2");
  must(Number.isInteger(result.status), "a status that is no integer");
  must(!result.note || result.heading, "a note without a heading");
  must(!result.location || (result.status >= 300 && result.status < 400), "a location without a redirect");
  must(!result.substitute || result.status >= 400, "a substitute for what is open");
  steps.push(`probe ${result.status}`);
  return result;
}

/** One question to the probe, and what is to be shown after it. True if that was the resource. */
async function attempt(resource, probe, token) {
  const result = await ask(probe, token);
  const moved = result.status >= 300 && result.status < 400 && result.location;
  if (result.status === 200 || moved) {
    if (moved) must(result.location.type === resource.type, "a location of another type");
    await display(moved || resource);
    say("open");
    return true;
  }
  const [substitute] = all(result.substitute);
  say(substitute ? "substitute" : "denied", words(result.heading ?? probe.errorHeading), words(result.note ?? probe.errorNote));
  if (substitute) await display(substitute);
  return false;
}

/** Asks the access service's token service, then the probe. */
async function withToken(resource, probe, access) {
  const [service, more] = ofType(access, "AuthAccessTokenService2");
  must(service && !more, "an access service has exactly one token service");
  const message = await receiveToken(service);
  steps.push(message.accessToken ? "token" : `token ${message.profile}`);
  if (!message.accessToken) {
    say(document.body.dataset.state, words(message.heading ?? service.errorHeading), words(message.note ?? service.errorNote));
    return false;
  }
  const ends = message.expiresIn ? Date.now() + message.expiresIn * 1000 : Infinity;
  tokens.set(service.id, { value: message.accessToken, ends });
  return attempt(resource, probe, message.accessToken);
}

/** Opens the window of an access service: at once, or after a click where the browser wants one. */
async function visitAccessService(access, label) {
  if (access.profile === "kiosk" && (await openWindow(access.id))) return;
  must(element("buttons").childElementCount === 0 || access.profile === "active", "one question at a time");
  const clicked = button(label);
  await new Promise((done) => {
    clicked.onclick = async () => {
      clicked.disabled = true;
      if (await openWindow(access.id)) done();
      clicked.disabled = false;
    };
  });
  clicked.remove();
}

function offerLogout(resource, access) {
  const [service] = ofType(access, "AuthLogoutService2");
  if (!service) return;
  const clicked = button(words(service.label));
  clicked.onclick = () => {
    window.open(service.id);
    tokens.delete(ofType(access, "AuthAccessTokenService2")[0].id);
    clicked.remove();
    steps.push("logout");
  };
}

/** Goes through one access service. True if the resource is shown now. */
async function enter(resource, probe, access) {
  steps.push(access.profile);
  if (access.profile !== "external") {
    must(access.id, "an access service without id");
    if (access.profile === "active") {
      must(words(access.label), "an active access service without label");
      element("heading").textContent ||= words(access.heading);
      element("note").textContent ||= words(access.note);
    }
    await visitAccessService(access, words(access.confirmLabel) || words(access.label) || "Open");
  }
  const shown = await withToken(resource, probe, access);
  if (shown) offerLogout(resource, access);
  return shown;
}

async function authorize(resource, probe) {
  if (await attempt(resource, probe)) return true;
  const services = all(probe.service);
  must(services.length > 0 && services.every((one) => one.type === "AuthAccessService2"), "a probe holds access services");
  for (const profile of ORDER) {
    for (const access of services.filter((one) => one.profile === profile)) {
      // Somebody whose window closed without success may try again.
      do if (await enter(resource, probe, access)) return true; while (profile === "active" && services.at(-1) === access);
    }
  }
  return false;
}

/** An image service, with the services of its description. */
async function imageService(id) {
  const { service, ...info } = await description(id);
  return { id, type: info["@context"] === IMAGE_2 ? "ImageService2" : "ImageService3", service };
}

/** The resource that the page was asked for. */
async function wanted() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("image")) return imageService(asked.get("image"));
  const manifest = await (await fetch(asked.get("manifest"))).json();
  const { body } = manifest.items[0].items[0].items[0];
  if (ofType(body, "AuthProbeService2").length > 0) return body;
  const [service] = all(body.service);
  return imageService(service.id ?? service["@id"]);
}

async function start() {
  const resource = await wanted();
  const probes = ofType(resource, "AuthProbeService2");
  if (probes.length === 0) {
    await display(resource);
    say("open");
    return;
  }
  for (const probe of probes) if (await authorize(resource, probe)) return;
}

start().catch((error) => say("error", "Error", error.stack));
