/** Serves the built page on loopback: files of one folder, and nothing else. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../usage-error.ts";

const LOOPBACK = "127.0.0.1";

/** Beside the built command, and in the repository. */
const FOLDERS: readonly URL[] = [
  new URL("./playground/", import.meta.url),
  new URL("../../../playground/dist/", import.meta.url),
];

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".map": "application/json",
};

export interface Served {
  /** Where the page is; ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param port 0 for any that is free
 * @throws UsageError when the page is not there, or the port is taken
 */
export async function servePlayground(port: number): Promise<Served> {
  const folder = await findFolder();
  const server = createServer((request, response) => {
    void answer(folder, request.url ?? "/").then(({ status, type, body }) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
      response.end(request.method === "HEAD" ? undefined : body);
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", (error) => fail(new UsageError(`cannot serve: ${error.message}`)));
    server.listen(port, LOOPBACK, done);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${taken}/`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

async function findFolder(): Promise<URL> {
  for (const folder of FOLDERS) {
    const page = await readFile(new URL("index.html", folder)).catch(() => undefined);
    if (page !== undefined) return folder;
  }
  throw new UsageError("the page is not here: the playground comes with the packed forkpath");
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array | string;
}

const NOT_FOUND: Answer = { status: 404, type: "text/plain", body: "there is no such file\n" };

async function answer(folder: URL, url: string): Promise<Answer> {
  const name = fileName(url);
  if (name === undefined) return NOT_FOUND;
  try {
    const body = await readFile(fileURLToPath(new URL(name, folder)));
    return { status: 200, type: TYPES[extname(name)] ?? "application/octet-stream", body };
  } catch {
    return NOT_FOUND;
  }
}

/** Undefined for what would lead out of the folder, or is no path. */
function fileName(url: string): string | undefined {
  try {
    const path = decodeURIComponent(new URL(url, "http://playground").pathname).slice(1);
    const name = normalize(path === "" ? "index.html" : path);
    const isInside = !name.startsWith("..") && !name.startsWith(sep) && !name.includes("\0");
    return isInside ? encodeURI(name) : undefined;
  } catch {
    return undefined;
  }
}
