// Makes authTokens for the signed-in users of this site. Needs no package.
import { createHmac } from "node:crypto";
import { realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";

const TTL = 3600; // seconds

// annotator.js reads the claims byte by byte, so they are to be plain ASCII.
const escaped = (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0");
const part = (value) =>
  Buffer.from(JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped)).toString("base64url");

// The token of a user. Take the user from your session, never from the request.
export function authToken(userId) {
  const { ANNOTATOR_KEY, ANNOTATOR_SECRET } = process.env;
  const claims = {
    consumerKey: ANNOTATOR_KEY,
    userId: String(userId),
    issuedAt: new Date().toISOString().slice(0, 19) + "Z",
    ttl: TTL,
  };
  const signed = part({ alg: "HS256", typ: "JWT" }) + "." + part(claims);
  return signed + "." + createHmac("sha256", ANNOTATOR_SECRET).update(signed).digest("base64url");
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  console.log(authToken(process.argv[2]));
}
