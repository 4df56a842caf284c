/**
 * A registry on loopback that holds nothing at first, asks no other one, and takes what anyone
 * publishes: verdaccio, in this process.
 */
import { createHash } from "node:crypto";
import { cp, readFile, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { runServer } from "verdaccio";
import { cleanEnv, must } from "./shell.ts";

export interface Registry {
  readonly url: string;
  /** For a project's .npmrc: everything comes from here. */
  readonly npmrc: string;
  /** Publishes an installed package as it is, from its folder. */
  take(folder: string): Promise<void>;
  /** The versions of `name`, none where it was never published. */
  versions(name: string): Promise<readonly string[]>;
  /** The newest manifest of `name`, as the registry sends it. */
  manifest(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startRegistry(folder: string): Promise<Registry> {
  const app = await runServer({
    self_path: folder,
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    packages: { "**": { access: "$all", publish: "$anonymous" } },
    web: { enable: false },
    max_body_size: "100mb",
    log: { type: "stdout", format: "pretty", level: "fatal" },
  } as unknown as Parameters<typeof runServer>[0]);
  const server = (app as Server).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}/`;
  return {
    url,
    // It never looks at the token, but clients want one before they publish.
    npmrc: `registry=${url}\n//${host}/:_authToken=none\n`,
    take: (package_) => take(url, package_, folder),
    versions: async (name) => Object.keys((await packument(url, name))?.versions ?? {}),
    manifest: async (name) => {
      const sent = await packument(url, name);
      return sent?.versions[sent["dist-tags"].latest!];
    },
    stop: () => new Promise((done) => server.close(() => done())),
  };
}

async function take(url: string, folder: string, work: string): Promise<void> {
  const text = await readFile(join(folder, "package.json"), "utf8");
  const manifest = JSON.parse(text) as { name: string; version: string };
  const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
  // Of a copy: pnpm's store makes one file of two that are alike, and clients unpack no links.
  const copy = join(work, "package");
  const filter = (path: string): boolean => basename(path) !== "node_modules" || path === folder;
  await cp(folder, copy, { recursive: true, filter });
  await must(work, cleanEnv, "tar", "-czf", file, "package");
  await rm(copy, { recursive: true });
  await put(url, manifest, file, await readFile(join(work, file)));
}

interface Packument {
  readonly "dist-tags": Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, unknown>>;
}

async function packument(url: string, name: string): Promise<Packument | undefined> {
  const answer = await fetch(url + name.replace("/", "%2f"));
  return answer.ok ? ((await answer.json()) as Packument) : undefined;
}

/** What `npm publish` sends. */
async function put(
  url: string,
  manifest: { name: string; version: string },
  file: string,
  tarball: Buffer,
): Promise<void> {
  const { name, version } = manifest;
  const dist = {
    tarball: `${url}${name}/-/${file}`,
    shasum: createHash("sha1").update(tarball).digest("hex"),
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
  };
  const content_type = "application/octet-stream";
  const body = {
    _id: name,
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, dist } },
    _attachments: {
      [file]: { content_type, data: tarball.toString("base64"), length: tarball.length },
    },
  };
  const answer = await fetch(url + name.replace("/", "%2f"), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${name} was refused: ${await answer.text()}`);
}
