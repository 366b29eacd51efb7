// The annotation store and the sites of demo/annotator, as a test wants them: each with a port of its own, to be stopped and
// started alone.
import { execFile, execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts, repository } from "./stack.mjs";
import { until } from "./wait.mjs";

const here = join(repository, "demo/annotator");

/** Where the store will be: the gate's nginx is told before there is one. */
export const [STORE_PORT] = await freePorts(1);
export const STORE_SETTINGS = { ANNOTATION_STORE_URL: `http://127.0.0.1:${STORE_PORT}/` };

const listens = (port) => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});

/** A program that is started when it is made, and can be stopped and started again. Its words are kept. */
async function program(port, command, args, env) {
  let child;
  let words = "";
  const start = async () => {
    child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => { words += part; });
    child.ended = new Promise((resolve) => { child.on("exit", resolve); });
    await until(`${args.at(-1)} to listen`, () => {
      if (child.exitCode !== null) throw new Error(words);
      return listens(port);
    }, 20);
  };
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await child.ended;
  };
  await start();
  return { start, stop, get words() { return words; } };
}

/** The annotation store behind the stack. `asked` are the lines of its log that name a request. */
export async function startStore(stack) {
  const python = execFileSync(join(repository, "scripts/install-annotation-store"), { encoding: "utf8" }).trim();
  const secret = join(stack.dir, "data/annotation-store-secret");
  const store = await program(STORE_PORT, python, ["-B", join(here, "store.py"), "--port", String(STORE_PORT), "--secret-file", secret]);
  return { start: store.start, stop: store.stop, log: () => store.words, asked: () => store.words.match(/"[A-Z]+ \S+ HTTP/g) ?? [] };
}

/** What the pages need, built once for a stack. */
export async function buildSite(stack) {
  const folder = join(stack.dir, "site");
  execFileSync(join(repository, "scripts/install-modules"), ["demo/annotator"]);
  await promisify(execFile)(process.execPath, [join(here, "build.mjs"), folder]);
  return folder;
}

/** A key and a secret in files, as the command that registers a consumer wants them. */
export function credentials(stack, name) {
  const key = Buffer.from(name.padEnd(16, "-")).toString("hex");
  const secretFile = join(stack.dir, `${name}.secret`);
  writeFileSync(secretFile, `the secret of ${name}, which is long enough`, { mode: 0o600 });
  return { name, key, secretFile };
}

/** A site at https://HOST:PORT, for the readers of a consumer. */
export async function startSite(stack, consumer, host, port, folder, ttl = 600) {
  const tls = join(stack.dir, "tls");
  const site = await program(port, process.execPath, [join(here, "docland.mjs")], {
    PORT: String(port), ADDRESS: "127.0.0.1", NAME: consumer.name, GATE: stack.origin, SITE_DIR: folder,
    CONSUMER_KEY: consumer.key, CONSUMER_SECRET_FILE: consumer.secretFile, TOKEN_TTL: String(ttl),
    CERTIFICATE: join(tls, "cert.pem"), CERTIFICATE_KEY: join(tls, "key.pem"),
  });
  return { start: site.start, stop: site.stop, origin: `https://${host}:${port}` };
}
