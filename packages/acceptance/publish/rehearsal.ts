/**
 * Everything published to a registry of our own, and empty folders of people who install it.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Published, publishedPackages } from "@forkpath/config/published";
import { outsidePackages } from "./outside-packages.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { cleanEnv, must, outsideEnv, type Ran, run } from "./shell.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

export interface Project {
  readonly folder: string;
  /** Runs a command as a person who has only Node.js and npm; the exit code is an answer. */
  run(command: string, ...args: string[]): Promise<Ran>;
  /** pnpm is the workspace's own. @throws unless it succeeds */
  pnpm(...args: string[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** A file from elsewhere. */
  copy(from: string, path: string): Promise<void>;
}

export interface Rehearsal {
  readonly packages: readonly Published[];
  readonly registry: Registry;
  readonly workspace: WorkspaceCopy;
  /** An empty folder that gets its packages from the registry. */
  project(name: string): Promise<Project>;
  end(): Promise<void>;
}

/** Publishes by the command that a release uses, and no other registry is asked for anything. */
export async function rehearse(): Promise<Rehearsal> {
  const root = await mkdtemp(join(tmpdir(), "forkpath-release-"));
  await mkdir(join(root, "registry"));
  const registry = await startRegistry(join(root, "registry"));
  const packages = publishedPackages();
  for (const folder of outsidePackages(packages)) await registry.take(folder);
  const workspace = await copyWorkspace(join(root, "workspace"), registry.npmrc);
  const asked = (await workspace.run("pnpm", "config", "get", "registry")).trim();
  if (asked !== registry.url) throw new Error(`not to be published to ${asked}`);
  await workspace.run("pnpm", "changeset", "publish", "--no-git-tag");
  return {
    packages,
    registry,
    workspace,
    project: (name) => createProject(root, name, registry),
    async end() {
      await registry.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function createProject(root: string, name: string, registry: Registry): Promise<Project> {
  const folder = join(root, "projects", name);
  await mkdir(folder, { recursive: true });
  // What one registry sends is nothing for the caches of this machine.
  const cache = { npm_config_cache: join(root, "npm-cache") };
  const write = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);
  await write(".npmrc", `${registry.npmrc}audit=false\nfund=false\nupdate-notifier=false\n`);
  const store = `storeDir: ${JSON.stringify(join(root, "pnpm-store"))}`;
  await write("pnpm-workspace.yaml", `${store}\nminimumReleaseAge: 0\npackages: ["*"]\n`);
  await write("package.json", '{ "private": true, "type": "module" }\n');
  return {
    folder,
    run: (command, ...args) => run(folder, { ...outsideEnv, ...cache }, command, ...args),
    pnpm: (...args) => must(folder, { ...cleanEnv, CI: "false" }, "pnpm", ...args),
    write,
    copy: (from, path) => copyFile(from, join(folder, path)),
  };
}
