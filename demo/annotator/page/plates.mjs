// The plates: images behind the gate, which opens them for the site's token. One viewer sends the token with every tile; a
// plain picture cannot send it, so it is exchanged for a cookie first.

const SENTENCES = {
  missing_token: "The plate wants a token.",
  expired: "The token is over.",
  revoked: "The token was revoked.",
  unknown_consumer: "This site is unknown there.",
  consumer_disabled: "This site is not let in at present.",
  origin_not_allowed: "This address of the site is not on the list.",
  path_not_allowed: "This site may not see the plates.",
};

/** Why the gate refused, in words. */
async function reason(answer) {
  const { error } = await answer.json().catch(() => ({}));
  return SENTENCES[error] ?? `The plate cannot be shown (${error ?? answer.status}).`;
}

/** Under the plate: why there is nothing to be seen, or nothing. */
function say(plate, words, kind = "problem") {
  const line = plate.parentElement.querySelector(".refusal");
  line.textContent = words;
  line.hidden = !words;
  line.classList.toggle("ask", kind === "ask");
  plate.classList.toggle("refused", Boolean(words));
}

/** The plate that can be zoomed. */
function zoomable(plate, address) {
  let viewer;
  return async (token) => {
    const ajaxHeaders = { "X-Annotator-Auth-Token": token };
    if (viewer) {
      viewer.setAjaxHeaders(ajaxHeaders);
      return;
    }
    const answer = await fetch(`${address}/info.json`, { headers: ajaxHeaders });
    if (!answer.ok) {
      say(plate, await reason(answer));
      return;
    }
    say(plate, "");
    viewer = window.OpenSeadragon({
      element: plate,
      prefixUrl: "/images/",
      drawer: "canvas",
      crossOriginPolicy: "Anonymous",
      loadTilesWithAjax: true,
      ajaxHeaders,
      tileSources: [await answer.json()],
      showNavigator: false,
      gestureSettingsMouse: { scrollToZoom: false },
    });
    viewer.addHandler("tile-load-failed", () => say(plate, "Parts of the plate were refused."));
  };
}

/** The plate that is a plain picture. */
function plain(plate, address, gate) {
  return async (token) => {
    const answer = await fetch(`${gate}/auth/annotator/session`, {
      method: "POST", credentials: "include", headers: { "X-Annotator-Auth-Token": token },
    });
    if (!answer.ok) {
      say(plate, await reason(answer));
      return;
    }
    if (plate.firstElementChild) return;
    const picture = new Image();
    picture.alt = "A yellow flower with a dark head, pressed on a herbarium sheet";
    picture.addEventListener("load", () => { say(plate, ""); plate.replaceChildren(picture); });
    // A picture that fails says nothing; its description, asked for with the token, does.
    picture.addEventListener("error", async () => {
      const asked = await fetch(`${address}/info.json`, { headers: { "X-Annotator-Auth-Token": token } });
      say(plate, asked.ok ? "The picture was refused: perhaps this browser keeps no cookies of other sites." : await reason(asked));
    });
    picture.src = `${address}/full/900,/0/default.jpg`;
  };
}

/** The plates of the page; `show` is called with each new token. */
export function plates(gate, images) {
  const [first, second] = document.querySelectorAll(".plate");
  for (const plate of [first, second]) {
    if (!document.getElementById("person")) say(plate, "Sign in to see this plate.", "ask");
  }
  const address = (plate) => `${images}${plate.dataset.image}`;
  const all = [[first, zoomable(first, address(first))], [second, plain(second, address(second), gate)]];
  return {
    show(token) {
      for (const [plate, show] of all) show(token).catch(() => say(plate, "The plate cannot be reached."));
    },
  };
}
