// The nginx servers of the measurement: an image server, a constant answer, plain guards, and the configuration that we ship.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { folder, freePort, listening, run, start } from "./programs.mjs";

export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * One process, so that its processor time is that of one program. Nothing is logged unless a part of it says so. Patterns
 * are compiled, as the guide advises, and as Docker and the demo do.
 */
export async function nginx(name, http, address, { main = "pcre_jit on;" } = {}) {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${home}/${kind};`).join(" ");
  writeFileSync(join(home, "nginx.conf"), `
    daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log warn; worker_rlimit_nofile 4096; ${main}
    events { worker_connections 2048; }
    http { types { image/jpeg jpg; application/json json; } access_log off; sendfile on; tcp_nopush on; ${temporary} ${http} }`);
  const program = start(name, "nginx", ["-p", home, "-c", join(home, "nginx.conf"), "-e", "stderr"]);
  return listening(program, address);
}

const socket = (name) => join(folder, `${name}.sock`);

/** An image server that has every tile ready: 12 kB from a file. And its descriptions. */
export async function images() {
  const home = join(folder, "tiles");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "tile.jpg"), Buffer.alloc(12_288, 0x5a));
  writeFileSync(join(home, "info.json"), JSON.stringify({
    "@context": "http://iiif.io/api/image/2/context.json", "@id": "http://inside/iiif/images/maps%2Fworld.tif",
    protocol: "http://iiif.io/api/image", width: 12_000, height: 8_000,
    tiles: [{ width: 256, scaleFactors: [1, 2, 4, 8, 16, 32] }], profile: ["http://iiif.io/api/image/2/level2.json"],
  }));
  const port = await freePort();
  const program = await nginx("images", `server { listen 127.0.0.1:${port}; root ${home};
    location / { try_files /tile.jpg =404; } location ~ /info.json$ { default_type application/json; try_files /info.json =404; } }`, { host: "127.0.0.1", port });
  return { program, port, home, url: `http://127.0.0.1:${port}/iiif/images/` };
}

/** A second nginx with a constant answer: what anything outside nginx costs at least. */
export async function constant() {
  const port = await freePort();
  const program = await nginx("constant", `keepalive_timeout 65; keepalive_requests 1000000000;
    server { listen unix:${socket("constant")}; listen 127.0.0.1:${port};
      location / { return 204; } location /denied { return 401; }
      location = /query_auth { add_header X-Auth-Reason "role-held" always; return 204; } }`, { host: "127.0.0.1", port });
  return { program, unix: `unix:${socket("constant")}`, tcp: `127.0.0.1:${port}` };
}

/** How a plain nginx asks a sidecar: no more than it takes, the same for every sidecar. */
function asked({ sidecar, keepalive = 64, version = "1.1", path = "/query_auth" }, id) {
  const kept = keepalive ? `keepalive ${keepalive};` : "";
  const connection = keepalive ? 'proxy_set_header Connection "";' : "proxy_set_header Connection close;";
  return {
    upstream: `upstream sidecar${id} { server ${sidecar}; ${kept} }`,
    location: `location = /_auth { internal; proxy_pass http://sidecar${id}${path}; proxy_http_version ${version}; ${connection}
      proxy_pass_request_body off; proxy_set_header Content-Length ""; proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Original-URI $request_uri; proxy_set_header X-Original-Method $request_method; }`,
  };
}

const TILES = {
  /** From a file of nginx's own. */
  file: ({ home }) => `root ${home}; try_files /tile.jpg =404;`,
  /** From the image server, as little as that takes. */
  proxied: () => `proxy_pass http://images; proxy_http_version 1.1; proxy_set_header Connection "";`,
};

/**
 * One nginx with plain guards, each at a port of its own. A guard has `tiles` (file, proxied), and `sidecar` to ask, or
 * `inside` for a constant inside nginx, or neither. `extra` goes into its server block, `tls` is {certificate, key}.
 */
export async function plain(name, server, guards) {
  let http = `upstream images { server 127.0.0.1:${server.port}; keepalive 64; }\n`;
  const ports = [];
  for (const [id, guard] of guards.entries()) {
    const port = await freePort();
    ports.push(port);
    const question = guard.sidecar ? asked(guard, id) : undefined;
    const inside = guard.inside ? "location = /_auth { internal; return 204; }" : "";
    const secure = guard.tls ? `ssl http2; ssl_certificate ${guard.tls.certificate}; ssl_certificate_key ${guard.tls.key}; ssl_protocols TLSv1.2 TLSv1.3` : "";
    http += `${question?.upstream ?? ""}
      server { listen 127.0.0.1:${port} ${secure}; ${guard.extra ?? ""}
        ${question?.location ?? inside}
        location / { ${question || inside ? "auth_request /_auth;" : ""} ${TILES[guard.tiles ?? "file"](server)} } }\n`;
  }
  const program = await nginx(name, http, { host: "127.0.0.1", port: ports.at(-1) });
  return { program, ports };
}

/** The configuration that we ship, rendered as an operator does. `change` may rewrite a rendered file, by its name and text. */
export async function shipped(name, settings, { tls, main, change = {} } = {}) {
  const port = Number(settings.VIRTUAL_HOST.split(":")[1]);
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const listen = tls
    ? { HTTP_LISTEN: `127.0.0.1:${await freePort()}`, HTTPS_LISTEN: `127.0.0.1:${port}`, TLS_CERTIFICATE: tls.certificate, TLS_CERTIFICATE_KEY: tls.key }
    : { HTTP_LISTEN: `127.0.0.1:${port}` };
  run(join(repository, "nginx/render"), [join(home, "conf.d")], {
    env: { VIRTUAL_HOST_PROTO: tls ? "https" : "http", IMAGE_SERVER: "other", ACCESS_LOG: join(home, "access.log"), FILES_DIR: join(folder, "tiles"), ...listen, ...settings },
  });
  for (const [file, rewrite] of Object.entries(change)) {
    const path = join(home, "conf.d/iiif-gate", file);
    const before = readFileSync(path, "utf8");
    const after = rewrite(before);
    if (after === before) throw new Error(`${file} has nothing to change for ${name}`);
    writeFileSync(path, after);
  }
  const program = await nginx(name, "include conf.d/*.conf;", { host: "127.0.0.1", port }, { main });
  return { program, port };
}

/** A certificate for localhost, signed by itself. */
export function certificate() {
  const tls = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  run("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost", "-keyout", tls.key, "-out", tls.certificate]);
  return tls;
}
