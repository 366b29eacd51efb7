// The viewers' own web server, under two names: https://viewer.test is another site than the images, as browsers count
// sites, and https://viewer.archive.test is the same site and another origin.
import { readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml" };

/** Serves a folder with the certificate of the stack, which the tests' browser trusts; on any free port, unless one is given. */
export async function startViewerSite(folder, certificate, wanted = 0) {
  const server = createServer(certificate, async (request, response) => {
    const { pathname } = new URL(request.url, "https://viewer.test");
    const file = join(folder, normalize(decodeURIComponent(pathname)));
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => { server.listen(wanted, "127.0.0.1", ready); });
  const { port } = server.address();
  return {
    origin: `https://viewer.test:${port}`,
    sibling: `https://viewer.archive.test:${port}`,
    stop: () => new Promise((closed) => { server.close(closed); server.closeAllConnections(); }),
  };
}
