// Programs that the measurement starts: servers on one core, load on another, all of them stopped at the end.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything is written here, and gone at the end. */
export const folder = mkdtempSync(join(tmpdir(), "iiif-gate-bench-"));

const allowed = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync("/proc/self/status", "utf8"))[1].split(",")
  .flatMap((range) => { const [from, to = from] = range.split("-").map(Number); return Array.from({ length: to - from + 1 }, (_, i) => from + i); });

/** The cores of the servers and of the load; the same where there is one. */
export const cores = { servers: allowed[0], load: allowed[1] ?? allowed[0] };

const running = new Set();

/** Starts a server on the servers' core. `options.before` are words before the command, such as `chrt --batch 0`. */
export function start(name, command, args, { env = {}, before = [] } = {}) {
  const log = openSync(join(folder, `${name}.log`), "a");
  const words = ["taskset", "-c", String(cores.servers), ...before, command, ...args];
  const child = spawn(words[0], words.slice(1), { cwd: folder, env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", log, log] });
  const program = {
    name,
    pid: child.pid,
    ended: new Promise((resolve) => { child.on("exit", resolve); child.on("error", resolve); }),
    stop: async () => {
      child.kill("SIGTERM");
      const patience = setTimeout(() => child.kill("SIGKILL"), 15_000);
      await program.ended;
      clearTimeout(patience);
    },
  };
  program.ended.then(() => { running.delete(program); program.isOver = true; });
  running.add(program);
  return program;
}

/** What a program wrote. */
export const logOf = (program) => readFileSync(join(folder, `${program.name}.log`), "utf8");

/** Runs a program to its end and returns what it printed. */
export function run(command, args, { env = {}, input = "" } = {}) {
  return execFileSync(command, args, { cwd: folder, env: { PATH: process.env.PATH, ...env }, input, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs a load generator on the load's core. */
export function load(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn("taskset", ["-c", String(cores.load), command, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => { said += part; });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve(said) : reject(new Error(`${command}: ${said}`))));
  });
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Waits until something listens at a port or socket, or the program ends. */
export async function listening(program, address, seconds = 30) {
  const deadline = Date.now() + seconds * 1000;
  const tries = () => new Promise((resolve) => {
    const socket = connect(address, () => { socket.destroy(); resolve(true); });
    socket.on("error", () => resolve(false));
  });
  while (!(await tries())) {
    if (program.isOver || Date.now() > deadline) throw new Error(`${program.name} does not answer:\n${logOf(program).slice(-2000)}`);
    await sleep(10);
  }
  return program;
}

/** A port that nobody listens on, below those that the system gives to connections. */
export async function freePort() {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const server = createServer();
    const free = await new Promise((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** Seconds of processor time that a program has used. */
export function cpu(program) {
  const fields = readFileSync(`/proc/${program.pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Memory of a program in megabytes: all of it in RAM, and of that what is its own data. */
export function memory(program) {
  const status = readFileSync(`/proc/${program.pid}/status`, "utf8");
  const field = (name) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)[1]) / 1024;
  return { resident: field("VmRSS"), data: field("RssAnon") };
}

/** Stops everything and removes the folder, but for the logs where something went wrong. */
export async function stopAll({ keep = false } = {}) {
  await Promise.all([...running].map((program) => program.stop()));
  const kept = keep ? readdirSync(folder).filter((name) => name.endsWith(".log")).map((name) => join(folder, name)) : [];
  for (const path of kept.length > 0 ? readdirSync(folder).map((name) => join(folder, name)) : [folder]) {
    if (!kept.includes(path)) rmSync(path, { recursive: true, force: true });
  }
  return kept;
}
