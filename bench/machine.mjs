// On what was measured, and with which programs.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cores } from "./programs.mjs";
import { repository } from "./nginx.mjs";

function says(command, words, pattern) {
  try {
    return pattern.exec(execFileSync(command, words, { encoding: "utf8", cwd: repository, stdio: ["ignore", "pipe", "ignore"] }))?.[1] ?? "?";
  } catch (error) {
    // wrk says its version beside an exit code.
    return pattern.exec(error.stdout ?? "")?.[1] ?? "?";
  }
}

/** One paragraph about machine, versions and way. */
export function machine({ binary, quick }) {
  const model = /model name\s*:\s*(.*)/.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "an unnamed processor";
  const busy = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  const where = cores.servers === cores.load ? `servers and load on core ${cores.servers}` : `servers on core ${cores.servers}, load on core ${cores.load}`;
  const nginx = execFileSync("sh", ["-c", "nginx -v 2>&1"], { encoding: "utf8" }).trim().split("/").at(-1);
  return [
    `${new Date().toISOString().slice(0, 10)}, commit ${says("git", ["rev-parse", "--short", "HEAD"], /(\S+)/)}, ${says(binary, ["--version"], /(.+)/)};`,
    `${model}, ${where}; load average at the start ${busy}.`,
    `nginx ${nginx}, wrk ${says("wrk", ["-v"], /wrk \S*?([\d.]+)/)}, h2load ${says("h2load", ["--version"], /nghttp2\/(\S+)/)};`,
    quick ? "Quick mode: few rounds, wide intervals." : "Full run.",
  ].join("\n");
}
