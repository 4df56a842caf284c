/** A person who has only Node.js and npm: packed packages, an empty folder, and no workspace. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { publishedPackages, REPO } from "../publish/published.ts";

const exec = promisify(execFile);
const MAX_OUTPUT = 2 ** 25;

/** What the npx and pnpm around the tests export must not reach the npm inside them. */
const cleanEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^p?npm_/i.test(name)),
);
/** Without the workspace's own node and tools on PATH. */
const outsideEnv = {
  ...cleanEnv,
  NO_COLOR: "1",
  PATH: (cleanEnv.PATH ?? "")
    .split(delimiter)
    .filter((dir) => !dir.includes("node_modules"))
    .join(delimiter),
};

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Outside {
  readonly folder: string;
  /** Runs a command in the folder; its exit code is an answer, not an error. */
  run(command: string, ...args: string[]): Promise<Ran>;
  remove(): Promise<void>;
}

/** Packs every public package, and installs the tarballs in an empty folder. */
export async function installOutside(): Promise<Outside> {
  const folder = await mkdtemp(join(tmpdir(), "forkpath-outside-"));
  const tarballs = join(folder, "tarballs");
  const filters = publishedPackages().flatMap(({ manifest }) => ["--filter", manifest.name]);
  await exec("pnpm", ["-r", ...filters, "pack", "--pack-destination", tarballs], {
    cwd: REPO,
    env: cleanEnv,
    maxBuffer: MAX_OUTPUT,
  });
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const files = (await readdir(tarballs)).map((name) => join(tarballs, name));
  const outside: Outside = {
    folder,
    run: (command, ...args) => runIn(folder, command, args),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  const installed = await outside.run(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    ...files,
  );
  if (installed.code !== 0) throw new Error(`npm install failed\n${installed.stderr}`);
  return outside;
}

async function runIn(folder: string, command: string, args: readonly string[]): Promise<Ran> {
  try {
    const { stdout, stderr } = await exec(command, args, {
      cwd: folder,
      env: outsideEnv,
      maxBuffer: MAX_OUTPUT,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown } & Partial<Ran>;
    if (typeof code !== "number") throw error;
    return { code, stdout, stderr };
  }
}
