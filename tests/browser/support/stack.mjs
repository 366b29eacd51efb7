// The real stack for a test: nginx with TLS, IIPImage and the gate, run by scripts/stack from a folder of its own.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { draw, IMAGES } from "./draw.mjs";

const here = dirname(fileURLToPath(import.meta.url));
export const repository = join(here, "../../..");
const modules = join(here, "../node_modules");

export const ADMIN = { username: "admin@example.org", password: "a long first password" };
export const READER = { username: "reader@example.org", password: "reading is allowed" };

/** Ports that nobody listens on right now. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => new Promise((ready) => {
      const server = createServer().listen(0, "127.0.0.1", () => ready(server));
    })),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((closed) => { server.close(closed); })));
  return ports;
}

function gateProgram() {
  if (process.env.GATE) return process.env.GATE;
  const program = join(process.env.CARGO_TARGET_DIR ?? join(repository, "target"), "debug/iiif-gate");
  if (!existsSync(program)) throw new Error("build iiif-gate first, or name it with GATE=");
  return program;
}

/** The folder with the viewers' pages and programs, as any web server would serve it. */
export function viewerFolder(folder) {
  mkdirSync(folder, { recursive: true });
  for (const page of readdirSync(join(here, "../pages"))) symlinkSync(join(here, "../pages", page), join(folder, page));
  symlinkSync(join(modules, "openseadragon/build/openseadragon/openseadragon.min.js"), join(folder, "openseadragon.js"));
  symlinkSync(join(modules, "mirador3/dist/mirador.min.js"), join(folder, "mirador3.js"));
  symlinkSync(join(modules, "mirador4/dist/mirador.min.js"), join(folder, "mirador4.js"));
  symlinkSync(modules, join(folder, "modules"));
  symlinkSync(join(modules, "universalviewer/dist/umd"), join(folder, "umd"));
  symlinkSync(join(modules, "universalviewer/dist/uv.css"), join(folder, "uv.css"));
  return folder;
}

const HOST = "images.archive.test";

/**
 * Starts a stack at https://images.archive.test:PORT. `settings` are settings of the gate; with `GATE_ADDRESS` among them
 * `begin` starts the gates, and is given all their settings.
 */
export async function startStack(settings = {}, begin = async () => {}) {
  const dir = mkdtempSync(join(tmpdir(), "gate-"));
  const [port, http, inner, health] = await freePorts(4);
  const origin = `https://${HOST}:${port}`;
  const env = {
    ...process.env,
    HOST, TLS: "1", PORT: port, HTTP_PORT: http, INNER_PORT: inner, HEALTH_PORT: health,
    GATE: gateProgram(), IMAGE_DIR: IMAGES, VIEWER_DIR: viewerFolder(join(dir, "viewer")), DATA_DIR: join(dir, "data"),
    VIRTUAL_HOST: `${HOST}:${port}`, VIRTUAL_HOST_PROTO: "https",
    AUTH_ADMIN_USERID: ADMIN.username, AUTH_ADMIN_PASSWORD_FILE: join(dir, "admin-password"),
    INSTITUTION_NAME: "Library of Nowhere", INSTITUTION_CONTACT: "help@example.org", BCRYPT_COST: "10",
    ...settings,
  };
  writeFileSync(env.AUTH_ADMIN_PASSWORD_FILE, ADMIN.password, { mode: 0o600 });
  draw(join(dir, "manifests"), origin, `--files=${join(dir, "files")}`);

  const script = join(repository, "scripts/stack");
  const stack = async (command) => promisify(execFile)(script, [command, dir], { env });
  const log = (name) => { try { return readFileSync(join(dir, "log", `${name}.log`), "utf8"); } catch { return ""; } };
  const stop = async () => {
    await stack("down");
    rmSync(dir, { recursive: true, force: true });
  };
  // Whoever interrupts the tests leaves nothing running.
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      execFileSync(script, ["down", dir], { env });
      rmSync(dir, { recursive: true, force: true });
      process.exit(130);
    });
  }
  /** Runs the gate's command line on the data of this stack; gives what it printed. */
  const gate = (args, input = "") => new Promise((resolve, reject) => {
    const child = spawn(env.GATE, args, { env, cwd: dir });
    let [out, words] = ["", ""];
    child.stdout.on("data", (part) => { out += part; });
    child.stderr.on("data", (part) => { words += part; });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve(out) : reject(new Error(`iiif-gate ${args.join(" ")}: ${words}`))));
    child.stdin.end(input);
  });

  try {
    await stack("up");
    await begin({ ...env, IMAGE_SERVER_URL: `http://127.0.0.1:${inner}/iiif/images/` });
    await gate(["rule", "add", "open/*", "public"]);
    await gate(["user", "add", READER.username], `${READER.password}\n`);
  } catch (error) {
    const words = `${error.message}\n${log("gate").slice(-3000)}`;
    await stop();
    throw new Error(words);
  }
  const certificate = { cert: readFileSync(join(dir, "tls/cert.pem")), key: readFileSync(join(dir, "tls/key.pem")) };
  const manifests = join(dir, "manifests");
  /** The first image of a folder. */
  const first = (folder) => JSON.parse(readFileSync(join(manifests, decodeURIComponent(folder), "manifest.json"), "utf8")).items[0];
  return {
    origin, dir, gate, log, stop, certificate,
    viewerDir: env.VIEWER_DIR,
    manifest: (folder) => `${origin}/iiif/manifests/${folder}/manifest.json`,
    size: (folder) => first(folder),
    image: (folder) => first(folder).items[0].items[0].body.service[0]["@id"],
  };
}
