// A deep-zoom session as Mirador asked for it, and HTTP/2, through TLS: with the gate, with c, and with no guard.
import { credentials, serve, TILE } from "./gate.mjs";
import { multiplexed } from "./load.mjs";
import { certificate, plain, shipped } from "./nginx.mjs";
import { freePort } from "./programs.mjs";
import { number, share, spread, table } from "./report.mjs";
import { rounds } from "./rounds.mjs";
import { median, quantile } from "./statistics.mjs";
import { replay, session } from "./viewer.mjs";

/** The same three guards behind TLS, with tiles from the image server. */
async function places(bench) {
  const tls = certificate();
  const { server, constants } = bench;
  const list = [
    { name: "no guard at all", tiles: "proxied", tls },
    { name: "**c**", tiles: "proxied", tls, sidecar: constants.unix, path: "/", program: constants.program },
  ];
  const front = await plain("plain-tls", server, list);
  const port = await freePort();
  const env = { ...bench.env, VIRTUAL_HOST: `localhost:${port}`, VIRTUAL_HOST_PROTO: "https" };
  const gate = await serve("gate-tls", bench.binary, env);
  const ours = await shipped("shipped-tls", { VIRTUAL_HOST: env.VIRTUAL_HOST, GATE_ADDRESS: gate.listen, IMAGE_SERVER_URL: server.url }, { tls });
  const shows = await credentials(gate, env, bench.site);
  const placed = list.map((guard, i) => ({ ...guard, port: front.ports[i], front: front.program }));
  placed.push({ name: "gate, **shipped configuration**, session cookie", port, front: ours.program, program: gate.program, line: shows.cookie });
  return placed.map((place) => {
    const host = `localhost:${place.port}`;
    const headers = [`Host: ${host}`, ...(place.line ? [place.line] : [])];
    return { ...place, host, headers, url: `https://127.0.0.1:${place.port}${TILE}`, programs: [place.front, place.program].filter(Boolean) };
  });
}

/** Replays in turn, and what that comes to. */
async function sessions(guards, { protocols, count }) {
  const rows = [];
  for (const protocol of protocols) {
    const found = guards.map(() => ({ took: [], atOnce: [] }));
    for (let round = 0; round < count; round += 1) {
      for (const [i, guard] of guards.entries()) {
        found[i].took.push(...(await replay(guard, { protocol, paced: true })).took);
        for (let again = 0; again < 3; again += 1) found[i].atOnce.push((await replay(guard, { protocol, paced: false })).whole);
      }
    }
    for (const [i, { took, atOnce }] of found.entries()) {
      rows.push([`${protocol}, ${guards[i].name}`, number(median(took), 2), number(quantile(took, 0.99), 2), number(median(atOnce), 0), number(median(atOnce) / session.length, 2)]);
    }
  }
  return rows;
}

/** The replayed session, and HTTP/2 as fast as it goes. */
export async function replaySection(bench) {
  const guards = await places(bench);
  const rows = await sessions(guards, bench.quick ? { protocols: ["HTTP/2"], count: 1 } : { protocols: ["HTTP/1.1", "HTTP/2"], count: 2 });
  const count = bench.quick ? 1 : 8;
  const measure = (guard) => multiplexed(guard, { programs: guard.programs });
  const order = [guards[1], guards[0], guards[2]];
  const found = await rounds(order, { limit: order[0], count, measure, warm: !bench.quick });
  const fast = order.map((guard) => {
    const { rate, ratio, slower, cpu, p99 } = found.get(guard);
    return [guard.name, share(ratio), spread(ratio), number(rate), guard.program ? number(cpu[1], 1) : "", number(cpu[0], 1), number(p99, 2), share(slower)];
  });
  return {
    markdown: `## A viewer's session, and HTTP/2

${session.length} tiles that Mirador 3 asked for while somebody zoomed and moved in an image of 12,000 x 8,000 pixels, through TLS.
*As recorded* is in the recorded order and at 20 times the speed, since the recording browser drew without a graphics card. *At once* asks for all of them in one go.

${table(["client, guard", "as recorded: p50 ms", "p99 ms", "at once: last tile after ms", "ms for each"], rows)}

HTTP/2 as fast as it goes: h2load with 8 connections and 4 requests under way in each.

${table(["guard", "ratio to c", "95 %", "per second", "CPU sidecar µs", "CPU nginx µs", "p99 ms", "p99 : c"], fast)}
`,
  };
}
