// What the guards are measured on: an image server, the sidecars, and a signed-in reader.
import { join } from "node:path";
import { credentials, fill, OPEN_TILE, serve, settings, TILE } from "./gate.mjs";
import { constant, images, plain, shipped } from "./nginx.mjs";
import { folder, freePort, listening, start } from "./programs.mjs";

/** Starts everything that several sections use. */
export async function scene({ binary, floor }) {
  const server = await images();
  const port = await freePort();
  const host = `localhost:${port}`;
  const env = settings("gate", { VIRTUAL_HOST: host, IMAGE_SERVER_URL: server.url });
  const site = fill(binary, env);
  const gate = await serve("gate", binary, env);
  const gateTcp = await serve("gate-tcp", binary, env, { tcp: true });
  const socket = join(folder, "actix.sock");
  const actix = await listening(start("actix", floor, [socket]), { path: socket });
  const constants = await constant();
  const front = await shipped("shipped", { VIRTUAL_HOST: host, GATE_ADDRESS: gate.listen, IMAGE_SERVER_URL: server.url });
  return {
    binary, server, env, site, gate, gateTcp, constants, front, host, port,
    actix: { program: actix, listen: `unix:${socket}` },
    shows: await credentials(gate, env, site),
  };
}

/** Guards that the quick mode leaves out. */
const seldom = { seldom: true };

/** The guards that a plain nginx knows, with tiles from files of its own, and those of the configuration that we ship. */
export async function guards(all) {
  const { constants, actix, gate, gateTcp, server, shows, host } = all;
  const ours = (name, line, more) => ({ name, sidecar: gate.listen, program: gate.program, headers: line ? [line] : [], ...more });
  const c = { name: "**c**: a constant 204 from a second nginx", sidecar: constants.unix, program: constants.program, path: "/" };
  const files = [
    c,
    { name: "no guard at all" },
    { name: "a constant 204 inside nginx", inside: true },
    { ...seldom, name: "c over TCP", sidecar: constants.tcp, program: constants.program, path: "/" },
    { name: "actix-web, an empty 204", sidecar: actix.listen, program: actix.program },
    ours("gate, session cookie", shows.cookie),
    ours("gate, session cookie, over TCP", shows.cookie, { ...seldom, sidecar: gateTcp.listen, program: gateTcp.program }),
    ours("gate, bearer token", shows.bearer),
    ours("gate, API key", shows.key),
    ours("gate, authToken", shows.authToken),
    ours("gate, public image, nobody signed in", undefined, { path_of: OPEN_TILE }),
    ours("gate, denied (401)", undefined, { refused: true }),
  ];
  const proxied = [
    { ...c, tiles: "proxied" },
    { name: "no guard at all", tiles: "proxied" },
    ours("gate behind the plain configuration of c, session cookie", shows.cookie, { tiles: "proxied" }),
  ];
  const fronts = [await plain("plain", server, files), await plain("plain-proxied", server, proxied)];
  const placed = [files, proxied].map((list, i) => list.map((guard, j) => at({ ...guard, images: server.program }, fronts[i].program, fronts[i].ports[j], host)));
  const constantFront = await shipped("shipped-constant", { VIRTUAL_HOST: `localhost:${await freePort()}`, GATE_ADDRESS: constants.unix, IMAGE_SERVER_URL: server.url });
  const behind = (guard) => at({ ...guard, images: server.program }, all.front.program, all.front.port, host);
  placed[0].push(
    behind(ours("gate, **shipped configuration**, a file below /iiif/files/, session cookie", shows.cookie, { path_of: "/iiif/files/tile.jpg" })),
    { ...placed[1][0], name: "c, with tiles from an image server" },
  );
  placed[1].push(
    at({ name: "**shipped configuration**, a constant 204 in place of the gate", program: constants.program, images: server.program }, constantFront.program, constantFront.port, `localhost:${constantFront.port}`),
    behind(ours("gate, **shipped configuration**, session cookie", shows.cookie)),
    behind(ours("gate, **shipped configuration**, bearer token", shows.bearer)),
    behind(ours("gate, **shipped configuration**, API key", shows.key, seldom)),
    behind(ours("gate, **shipped configuration**, authToken", shows.authToken)),
    behind(ours("gate, **shipped configuration**, public image", undefined, { ...seldom, path_of: OPEN_TILE })),
    behind(ours("gate, **shipped configuration**, denied (401 with the gate's words)", undefined, { refused: true })),
  );
  const [chosenFiles, chosenProxied] = placed.map((list) => list.filter((guard) => !(all.quick && guard.seldom)));
  return { files: chosenFiles, proxied: chosenProxied };
}

/** A guard with its address, ready to be loaded. */
export function at(guard, front, port, host) {
  const programs = [front, guard.program, guard.images].filter(Boolean);
  return { ...guard, url: `http://127.0.0.1:${port}${guard.path_of ?? TILE}`, headers: [`Host: ${host}`, ...(guard.headers ?? [])], programs };
}
