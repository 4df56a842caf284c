/** Serves a folder on loopback, under a deep path: the page must not care where it is. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".map": "application/json",
};
const DEEP = "/some/where/deep/";

export interface Site {
  /** Where the page is; ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

export async function serve(folder: string): Promise<Site> {
  const server = createServer(async ({ url = "/" }, response) => {
    const path = new URL(url, "http://site").pathname;
    const file = path.startsWith(DEEP) ? path.slice(DEEP.length) : null;
    const name = file === "" ? "index.html" : file;
    try {
      if (name === null || normalize(name).startsWith("..")) throw new RangeError(path);
      const bytes = await readFile(join(folder, name));
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
      });
      response.end(bytes);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${DEEP}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
