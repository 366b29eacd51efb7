// Programs without a viewer: curl with a cookie jar, as IIIF Auth 1.0 means it for them, and a script with an API key.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { scene } from "./support/scene.mjs";
import { READER } from "./support/stack.mjs";

const set = scene();
const IMAGE = "/iiif/images/herbarium%2Ffern%200042.jp2";

/** Calls curl with a cookie jar of its own, and the certificate of the stack as the only one that it trusts. */
function client(name) {
  const { dir, origin } = set.stack;
  const { hostname, port } = new URL(origin);
  const jar = join(dir, `${name}.jar`);
  const standing = ["-sS", "-b", jar, "-c", jar, "--cacert", join(dir, "tls/cert.pem"), "--resolve", `${hostname}:${port}:127.0.0.1`];
  return async (path, ...more) => {
    const { stdout } = await promisify(execFile)("curl", [...standing, "-w", "\n%{http_code}", ...more, `${origin}${path}`], { encoding: "latin1", maxBuffer: 1 << 24 });
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
  };
}

const hidden = (page) => /name="csrf" value="([^"]+)"/.exec(page)[1];

/** Fetches a page with a form, and sends the form with these fields. */
async function fillIn(curl, path, fields, target = path) {
  const { body } = await curl(path);
  const pairs = Object.entries({ csrf: hidden(body), ...fields }).flatMap(([name, value]) => ["--data-urlencode", `${name}=${value}`]);
  return curl(target, "-L", ...pairs);
}

test("curl: sign in with a form, ask for a token, read the description with it and the image with the cookie", async () => {
  const curl = client("reader");
  assert.equal((await curl(`${IMAGE}/info.json`)).status, 401);
  assert.equal((await curl("/auth/iiif-token")).status, 401);
  const entered = await fillIn(curl, "/auth/iiif-login", READER);
  assert.match(entered.body, /You are signed in/);

  const { accessToken, expiresIn } = JSON.parse((await curl("/auth/iiif-token")).body);
  assert.ok(expiresIn > 0);
  const stranger = client("stranger");
  const bearer = ["-H", `Authorization: Bearer ${accessToken}`];
  assert.equal((await stranger(`${IMAGE}/info.json`, ...bearer)).status, 200, "the token opens the description");
  assert.equal((await stranger(`${IMAGE}/full/200,/0/default.jpg`, ...bearer)).status, 401, "and not the image");
  const image = await curl(`${IMAGE}/full/200,/0/default.jpg`);
  assert.equal(image.status, 200, "the cookie does");
  assert.ok(image.body.startsWith("\xff\xd8\xff"), "a JPEG");

  await curl("/auth/logout");
  assert.equal((await curl(`${IMAGE}/full/200,/0/default.jpg`)).status, 401);
  assert.equal((await stranger(`${IMAGE}/info.json`, ...bearer)).status, 401, "the token ends with its session");
});

test("a script with an API key reads descriptions and images, and nothing once the key is revoked", async () => {
  const account = client("account");
  await fillIn(account, "/auth/login", READER);
  const made = await fillIn(account, "/auth/keys", { name: "nightly", days: "30" });
  const key = /<code class="secret">([^<]+)</.exec(made.body)?.[1];
  assert.ok(key, "the key is shown once");

  const script = client("script");
  const bearer = ["-H", `Authorization: Bearer ${key}`];
  for (const path of [`${IMAGE}/info.json`, `${IMAGE}/full/200,/0/default.jpg`]) {
    assert.equal((await script(path)).status, 401, path);
    assert.equal((await script(path, ...bearer)).status, 200, path);
  }
  const id = /name="key" value="(\d+)"/.exec(made.body)[1];
  await fillIn(account, "/auth/keys", { key: id }, "/auth/keys/revoke");
  assert.equal((await script(`${IMAGE}/info.json`, ...bearer)).status, 401, "revoked");
});
