// A client that asks for tiles as a browser does: six connections over HTTP/1.1, or one over HTTP/2.
import { connect } from "node:http2";
import { Agent, request } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./nginx.mjs";
import { sleep } from "./programs.mjs";

/** What Mirador asked for: milliseconds since its first tile, and the tile. The browser drew in software, 20 times as slowly as one with a graphics card. */
const SLOWER = 20;
export const session = readFileSync(join(repository, "bench/mirador.tsv"), "utf8").trimEnd().split("\n").map((line) => {
  const [at, tile] = line.split("\t");
  return { at: Number(at) / SLOWER, path: `/iiif/images/maps%2Fworld.tif${tile}` };
});

function overHttp1(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: 6, rejectUnauthorized: false });
  const get = (path, headers) => new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers, agent, servername: "localhost" }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
    });
    sent.on("error", reject);
    sent.end();
  });
  return { get, close: () => agent.destroy() };
}

function overHttp2(port) {
  const connection = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false, servername: "localhost" });
  const get = (path, { Host, ...headers }) => new Promise((resolve, reject) => {
    const stream = connection.request({ ":path": path, ":authority": Host, ...headers });
    let status;
    stream.on("response", (answer) => { status = answer[":status"]; });
    stream.on("error", reject);
    stream.resume();
    stream.on("end", () => resolve(status));
    stream.end();
  });
  return { get, close: () => connection.close() };
}

/** Replays the session: `paced` as it was recorded, otherwise all at once. Returns what each tile took, and the whole. */
export async function replay({ port, host, line }, { protocol, paced }) {
  const client = (protocol === "HTTP/2" ? overHttp2 : overHttp1)(port);
  const headers = { Host: host };
  if (line) headers[line.split(": ")[0]] = line.slice(line.indexOf(": ") + 2);
  // The handshake is no part of it: the viewer's page came over the same connection.
  await client.get(session[0].path, headers);
  const begun = performance.now();
  const took = await Promise.all(session.map(async ({ at, path }) => {
    if (paced) await sleep(begun + at - performance.now());
    const asked = performance.now();
    const status = await client.get(path, headers);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return performance.now() - asked;
  }));
  client.close();
  return { took, whole: performance.now() - begun };
}
