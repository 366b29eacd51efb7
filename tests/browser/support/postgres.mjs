// A PostgreSQL of our own, as tests/support/postgres.rs starts it. `TEST_POSTGRES_URL` takes its place if it is set.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "./stack.mjs";
import { until } from "./wait.mjs";

const query = (url, words) => promisify(execFile)("psql", ["-qAt", "-d", url, "-c", words]);

/** The newest on this machine: Debian keeps its programs out of the path. */
function programs() {
  const home = "/usr/lib/postgresql";
  const bins = existsSync(home) ? readdirSync(home).map((version) => join(home, version, "bin")) : [];
  const newest = bins.filter((bin) => existsSync(join(bin, "initdb"))).sort().at(-1);
  if (!newest) throw new Error("PostgreSQL is missing: install `postgresql`, or set TEST_POSTGRES_URL");
  return newest;
}

async function startCluster() {
  const folder = mkdtempSync(join(tmpdir(), "gate-pg-"));
  const command = ["sh", join(repository, "tests/support/cluster.sh"), folder, programs()];
  // It refuses to run as root, so there it runs as `nobody`.
  if (process.getuid() === 0) {
    execFileSync("chown", ["nobody", folder]);
    command.unshift("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
  }
  const shell = spawn(command[0], command.slice(1), { stdio: ["pipe", "ignore", "inherit"], cwd: "/" });
  const ended = new Promise((resolve) => { shell.on("exit", resolve); });
  const url = (name) => `postgres://gate@/${name}?host=${folder}`;
  await until("PostgreSQL", () => query(url("postgres"), "SELECT 1"));
  return { url, stop: async () => { shell.stdin.end(); await ended; } };
}

/** The URL of a new, empty database, and a function that takes it away. */
export async function newDatabase() {
  const given = process.env.TEST_POSTGRES_URL;
  const cluster = given
    ? { url: (name) => given.replace(/\/[^/?]*(?=\?|$)/, `/${name}`), stop: async () => {} }
    : await startCluster();
  const name = `iiif_gate_browser_${process.pid}`;
  await query(given ?? cluster.url("postgres"), `CREATE DATABASE ${name}`);
  return { url: cluster.url(name), stop: cluster.stop };
}
