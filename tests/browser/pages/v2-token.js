// The access token service of the Authorization Flow API 2.0, section 4: a hidden frame that posts one message.
import { must } from "./v2-parts.js";

const CONTEXT = "http://iiif.io/api/auth/2/context.json";
const PROFILES = ["invalidRequest", "invalidOrigin", "missingAspect", "invalidAspect", "expiredAspect", "unavailable"];
/** As long as other clients wait. */
const PATIENCE = 5000;
let count = 0;

function check(message) {
  must(message["@context"] === CONTEXT, "a message without context");
  if (message.type === "AuthAccessToken2") {
    must(typeof message.accessToken === "string" && message.accessToken !== "", "no token in the message");
    must(message.expiresIn === undefined || (Number.isInteger(message.expiresIn) && message.expiresIn > 0), "expiresIn");
  } else {
    must(message.type === "AuthAccessTokenError2", `a message of type ${message.type}`);
    must(PROFILES.includes(message.profile), `an error of profile ${message.profile}`);
    must(!message.note || message.heading, "a note without a heading");
  }
  return message;
}

/** Asks a token service; gives its message, be it a token or an error. */
export function receiveToken(service) {
  count += 1;
  const messageId = `message ${count}`;
  const frame = document.createElement("iframe");
  frame.hidden = true;
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      window.removeEventListener("message", listen);
      clearTimeout(patience);
      frame.remove();
      settle(value);
    };
    const listen = (event) => {
      if (event.origin !== new URL(service.id).origin || event.data?.messageId !== messageId) return;
      try {
        finish(resolve, check(event.data));
      } catch (error) {
        finish(reject, error);
      }
    };
    const patience = setTimeout(() => finish(reject, new Error("no message from the token service")), PATIENCE);
    window.addEventListener("message", listen);
    frame.src = `${service.id}?messageId=${encodeURIComponent(messageId)}&origin=${encodeURIComponent(location.origin)}`;
    document.body.append(frame);
  });
}
