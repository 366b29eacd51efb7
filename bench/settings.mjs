// Settings of nginx, one changed at a time, and what that does to c.
import { wrk } from "./load.mjs";
import { plain, shipped } from "./nginx.mjs";
import { folder, freePort } from "./programs.mjs";
import { number, share, spread, table } from "./report.mjs";
import { rounds } from "./rounds.mjs";
import { at } from "./scene.mjs";
import { sum } from "./statistics.mjs";

const log = (options) => `access_log ${folder}/settings.log combined${options};`;

function variants({ unix, tcp, program }) {
  const c = (name, more) => ({ name, sidecar: unix, program, path: "/", ...more });
  return [
    c("**c**: keepalive 64, HTTP/1.1, a unix socket, no access log"),
    c("TCP in place of the unix socket", { sidecar: tcp }),
    c("keepalive 4 for 32 clients", { keepalive: 4 }),
    c("no keepalive, unix socket", { keepalive: 0 }),
    c("no keepalive, TCP", { keepalive: 0, sidecar: tcp }),
    c("HTTP/1.0 to the sidecar", { keepalive: 0, version: "1.0" }),
    c("clients that close their connections", { headers: ["Connection: close"] }),
    c("access log", { extra: log("") }),
    c("access log, buffered", { extra: log(" buffer=64k flush=1s") }),
    c("open_file_cache", { extra: "open_file_cache max=1000 inactive=60s;" }),
    c("proxy_buffering off for the question", { extra: "proxy_buffering off;" }),
    c("keepalive_requests 100000 for clients", { extra: "keepalive_requests 100000;" }),
  ];
}

/** Changes of the configuration that we ship, each with the gate behind it. */
async function ours(bench) {
  const { gate, shows, server } = bench;
  const place = async (name, id, options, more = {}) => {
    const port = await freePort();
    const front = await shipped(id, { VIRTUAL_HOST: `localhost:${port}`, GATE_ADDRESS: gate.listen, IMAGE_SERVER_URL: server.url, ...more }, options);
    return at({ name, headers: [shows.cookie], program: gate.program, images: server.program }, front.program, port, `localhost:${port}`);
  };
  const keep = (size) => ({ change: { "http.conf": (text) => text.replace(/(upstream iiif_gate \{[^}]*?)keepalive \d+;/, `$1keepalive ${size};`) } });
  return [
    await place("**the gate, shipped configuration**, session cookie", "ours"),
    await place("access log off", "ours-no-log", undefined, { ACCESS_LOG: "off" }),
    await place("access log not buffered", "ours-unbuffered", { change: { "site.conf": (text) => text.replace(/ buffer=.*;/, ";") } }),
    await place("without `pcre_jit`", "ours-no-jit", { main: "" }),
    await place("keepalive 4 to the gate", "ours-4", keep(4)),
  ];
}

/** c with one setting changed at a time, and the shipped configuration likewise. */
export async function settingsSection(bench) {
  if (bench.quick) return undefined;
  const list = variants(bench.constants);
  const front = await plain("plain-settings", bench.server, list);
  const tables = [];
  for (const guards of [list.map((guard, i) => at(guard, front.program, front.ports[i], bench.host)), await ours(bench)]) {
    const measure = (guard) => wrk(guard, { seconds: 1, programs: guard.programs });
    const found = await rounds(guards, { limit: guards[0], count: 4, measure });
    const limit = sum(found.get(guards[0]).cpu);
    tables.push(table(["setting", "ratio", "95 %", "by CPU", "per second"], guards.map((guard) => {
      const { ratio, rate, cpu } = found.get(guard);
      return [guard.name, share(ratio), spread(ratio), (limit / sum(cpu)).toFixed(2), number(rate)];
    })));
  }
  return { markdown: `## Settings of nginx\n\nOne changed at a time, as a ratio to the first line.\n\n${tables.join("\n\n")}\n` };
}
