// The gate: filled by its own command line, started on the servers' core, and signed in to as a browser does.
import { createHmac } from "node:crypto";
import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { folder, freePort, listening, run, start } from "./programs.mjs";

export const PASSWORD = "blue-otter-47-lantern";
export const READER = "reader@example.org";
/** A tile of an image that readers may see, and of one that everybody may see. */
export const TILE = "/iiif/images/maps%2Fworld.tif/0,0,512,512/256,/0/default.jpg";
export const OPEN_TILE = "/iiif/images/open%2Fworld.tif/0,0,512,512/256,/0/default.jpg";

/** Settings of a gate with its own data folder. */
export function settings(name, more) {
  const data = join(folder, `${name}-data`);
  mkdirSync(data, { recursive: true });
  return {
    DATA_DIR: data, AUTH_DB_CONNECTION: `sqlite://${data}/iiif-gate.db`, IMAGE_SERVER: "other", WORKERS: "1", BCRYPT_COST: "4", LOG_LEVEL: "warn",
    BEARER_OPENS_IMAGES: "true", AUTH_ADMIN_USERID: "admin@example.org", AUTH_ADMIN_PASSWORD: PASSWORD, ...more,
  };
}

/** Runs a subcommand. */
export const command = (binary, env, words, input = "") => run(binary, words, { env, input });

/** A role, a reader who holds it, a rule that asks for it, and a site whose users hold it, too. Returns the site. */
export function fill(binary, env) {
  const does = (words, input) => command(binary, env, words, input);
  does(["migrate"]);
  does(["role", "add", "reader"]);
  does(["user", "add", READER, "--role", "reader"], `${PASSWORD}\n${PASSWORD}\n`);
  does(["rule", "add", "maps/*", "role", "reader"]);
  does(["rule", "add", "open/*", "public"]);
  does(["rule", "add", "iiif/files/*", "role", "reader", "--kind", "file"]);
  return JSON.parse(does(["consumer", "create", "--name", "Bench", "--server-side", "--prefix", "/iiif/images/", "--role", "reader", "--json"]));
}

/** Starts a gate on a unix socket or, with `tcp`, on a port. `before` are words before the command. */
export async function serve(name, binary, env, { tcp = false, before = [] } = {}) {
  const port = tcp ? await freePort() : undefined;
  const address = tcp ? { host: "127.0.0.1", port } : { path: join(folder, `${name}.sock`) };
  const healthPort = await freePort();
  const listen = tcp ? `127.0.0.1:${port}` : `unix:${address.path}`;
  const begun = performance.now();
  const program = start(name, binary, ["serve"], { env: { ...env, LISTEN: listen, LISTEN_HEALTH: `127.0.0.1:${healthPort}` }, before });
  await listening(program, { host: "127.0.0.1", port: healthPort }, 120);
  return { program, listen, address, seconds: (performance.now() - begun) / 1000 };
}

/** One request to a gate, as nginx would pass it on; over a connection of its own unless the gate has an agent, since a kept one may just be closed. */
export function ask(gate, path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const { address } = gate;
    const sent = request({ socketPath: address.path, host: address.host, port: address.port, agent: gate.agent ?? false, path, method, headers: { "X-Real-IP": "127.0.0.1", ...headers } }, (answer) => {
      let text = "";
      const began = performance.now();
      answer.setEncoding("utf8");
      answer.on("data", (part) => { text += part; });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text, began }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A browser's cookies at one gate, with what its pages want to be told. */
export function browser(gate, env, { ip = "127.0.0.1" } = {}) {
  const cookies = new Map();
  const proto = env.VIRTUAL_HOST_PROTO ?? "http";
  const send = async (path, fields) => {
    const answer = await ask(gate, path, {
      method: fields ? "POST" : "GET",
      headers: {
        Host: env.VIRTUAL_HOST, Origin: `${proto}://${env.VIRTUAL_HOST}`, "Sec-Fetch-Site": "same-origin", "X-Real-IP": ip,
        Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(fields ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
      },
      body: fields ? new URLSearchParams(fields).toString() : undefined,
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      cookies.set(name, value);
    }
    return answer;
  };
  const csrf = async (page) => /name="csrf" value="([^"]*)"/.exec((await send(page)).text)?.[1];
  const submit = async (page, fields) => send(page, { csrf: await csrf(page), ...fields });
  return { cookies, send, csrf, submit };
}

/** Signs the reader in and returns all that a client can show: header lines by kind. */
export async function credentials(gate, env, site) {
  const visitor = browser(gate, env);
  const signedIn = await visitor.submit("/iiif-login", { username: READER, password: PASSWORD });
  const cookie = [...visitor.cookies].find(([name]) => name.endsWith("iiif-gate"));
  if (!cookie) throw new Error(`no sign-in: ${signedIn.status} ${signedIn.text.slice(0, 500)}`);
  const { accessToken } = JSON.parse((await visitor.send("/iiif-token")).text);
  const account = browser(gate, env);
  await account.submit("/login", { username: READER, password: PASSWORD });
  const keys = await account.submit("/keys", { name: "bench", days: "30" });
  const [key] = /iiifgate_[A-Za-z0-9_-]+/.exec(keys.text);
  return {
    cookie: `Cookie: ${cookie.join("=")}`,
    bearer: `Authorization: Bearer ${accessToken}`,
    key: `Authorization: Bearer ${key}`,
    authToken: `X-Annotator-Auth-Token: ${authToken(site)}`,
  };
}

/** A token of a site for one of its users, as its own program makes it. */
export function authToken({ key, secret }, user = "alice") {
  const part = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const issuedAt = `${new Date().toISOString().slice(0, 19)}Z`;
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ consumerKey: key, userId: user, issuedAt, ttl: 86_400 })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
