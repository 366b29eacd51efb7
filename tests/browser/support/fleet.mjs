// The stack with two gates on one PostgreSQL behind one nginx, which can be killed, stopped and started one by one.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newDatabase } from "./postgres.mjs";
import { freePorts, startStack } from "./stack.mjs";
import { until } from "./wait.mjs";

/** A gate, running or not. */
class Gate {
  constructor(port, health) {
    Object.assign(this, { port, health });
  }

  get address() { return `127.0.0.1:${this.port}`; }

  /** Starts it, the first time with these settings, and waits until it is ready. */
  async start(env = this.env) {
    this.env = env;
    const dir = join(env.DATA_DIR, `gate-${this.port}`);
    mkdirSync(dir, { recursive: true });
    const own = { LISTEN: this.address, LISTEN_HEALTH: `127.0.0.1:${this.health}`, DATA_DIR: dir };
    this.child = spawn(env.GATE, ["serve"], { env: { ...env, ...own }, cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
    this.child.stderr.pipe(createWriteStream(join(dir, "log"), { flags: "a" }));
    this.ended = new Promise((resolve) => { this.child.on("exit", resolve); });
    await this.ready();
  }

  ready() {
    return until("a gate that is ready", async () => {
      const answer = await fetch(`http://127.0.0.1:${this.health}/readyz`, { signal: AbortSignal.timeout(2000) });
      await answer.text();
      return answer.ok;
    });
  }

  /** Sends a signal; after one that ends it, waits for the end. */
  async signal(name) {
    this.child.kill(name);
    if (!["SIGSTOP", "SIGCONT"].includes(name)) await this.ended;
  }
}

/** Starts the stack with its two gates. */
export async function startFleet(settings = {}) {
  const database = await newDatabase();
  const [one, other, ...health] = await freePorts(4);
  const gates = [new Gate(one, health[0]), new Gate(other, health[1])];
  const end = async () => {
    for (const gate of gates) if (gate.child) await gate.signal("SIGKILL");
    await database.stop();
  };
  const shared = {
    AUTH_DB_CONNECTION: database.url, GATE_ADDRESS: gates.map((gate) => gate.address).join(", "),
    AUTH_SECRET_KEY: "one key for all of them, of 32 bytes", AUTH_PASSWORD_SALT: "a salt that is long enough",
    ANNOTATOR_STORE_SECRET: "a secret of the store, for tests",
  };
  try {
    const stack = await startStack({ ...shared, ...settings }, async (env) => {
      for (const gate of gates) await gate.start(env);
    });
    return {
      ...stack, gates,
      reloadNginx: () => process.kill(Number(readFileSync(join(stack.dir, "run/nginx.pid"), "utf8")), "SIGHUP"),
      stop: async () => { await end(); await stack.stop(); },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
