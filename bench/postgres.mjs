// A PostgreSQL of our own, from Debian's package `postgresql`, which keeps its programs out of the path.
import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { folder, listening, run, start } from "./programs.mjs";

/** The newest programs on this machine. */
function programs() {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(root, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

/** An empty database with the settings as they come; nothing where PostgreSQL is not installed. */
export async function postgres() {
  const bin = programs();
  if (!bin) return undefined;
  const data = join(folder, "postgres");
  mkdirSync(data);
  let before = [];
  // It refuses to run as root, so there it runs as `nobody`, who must come to its folder.
  if (process.getuid() === 0) {
    chmodSync(folder, 0o711);
    run("chown", ["nobody", data]);
    before = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];
  }
  const cluster = join(data, "cluster");
  const [command, ...words] = [...before, join(bin, "initdb"), "-D", cluster, "-U", "gate", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"];
  run(command, words);
  const program = start("postgres", join(bin, "postgres"), ["-D", cluster, "-k", data, "-c", "listen_addresses="], { before });
  await listening(program, { path: join(data, ".s.PGSQL.5432") });
  // It listens a moment before it lets anybody in.
  for (let tries = 1; ; tries += 1) {
    try {
      run(join(bin, "createdb"), ["-h", data, "-U", "gate", "gate"]);
      break;
    } catch (error) {
      if (tries === 50) throw error;
    }
  }
  return { program, url: `postgres://gate@/gate?host=${data}` };
}
