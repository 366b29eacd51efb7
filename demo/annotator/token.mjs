// The authToken that a site makes for a person whom it has signed in: a JWT, signed with the secret that it shares with the
// gate.
import { createHmac } from "node:crypto";

/** JSON in ASCII: annotator.js shows other letters as two wrong ones. */
const ascii = (value) =>
  JSON.stringify(value).replace(/[\u0080-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const part = (value) => Buffer.from(ascii(value)).toString("base64url");

/** `consumer` is a key and a secret; the token is good for `ttl` seconds from `now` on. */
export function mint(consumer, userId, ttl, now = new Date()) {
  const claims = { consumerKey: consumer.key, userId, issuedAt: `${now.toISOString().slice(0, 19)}Z`, ttl };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", consumer.secret).update(signed).digest("base64url")}`;
}
