/**
 * The recorder is a small C program that comes as source: the machine's own compiler builds it
 * once. It is kept in the user's cache folder, under a name made of its source and the compiler's.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LiveError } from "./live-error.ts";

/** Beside `src` and `dist` alike. */
const SOURCES = fileURLToPath(new URL("../native/", import.meta.url));
const DIGITS = 16;

/** Variables of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where built recorders are kept, and files on a disk lie. */
export const cacheFolder = (env: Environment): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "forkpath");

/**
 * The path of the program; built first where that was not done yet.
 * @param env CC names another compiler than cc
 * @throws LiveError when there is no compiler, or it fails
 */
export function buildRecorder(env: Environment): string {
  const compiler = env.CC || "cc";
  const version = spawnSync(compiler, ["--version"], { encoding: "utf8" });
  if (version.error !== undefined || version.status !== 0) {
    throw new LiveError(
      `live needs a C compiler, and ${compiler} does not run; install gcc or clang, or set CC`,
    );
  }
  const folder = makeFolder(cacheFolder(env));
  const program = join(folder, `recorder-${digestOf(version.stdout)}`);
  if (!existsSync(program)) compile(compiler, program);
  return program;
}

function makeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch (error) {
    throw new LiveError(`${folder} cannot be made: ${error instanceof Error ? error.message : ""}`);
  }
}

function digestOf(compiler: string): string {
  const hash = createHash("sha256").update(compiler);
  for (const name of readdirSync(SOURCES).toSorted()) {
    hash.update(name).update(readFileSync(join(SOURCES, name)));
  }
  return hash.digest("hex").slice(0, DIGITS);
}

/** Under another name first, since two of us may build at once. Static where libc allows it. */
function compile(compiler: string, program: string): void {
  const sources = readdirSync(SOURCES)
    .filter((name) => name.endsWith(".c"))
    .map((name) => join(SOURCES, name));
  const unfinished = `${program}.${process.pid}`;
  let told = "";
  for (const how of [["-static"], []]) {
    const words = ["-O1", ...how, "-o", unfinished, ...sources];
    const { status, stderr } = spawnSync(compiler, words, { encoding: "utf8" });
    if (status === 0) {
      renameSync(unfinished, program);
      return;
    }
    told = stderr.split("\n").find((line) => line.includes("error")) ?? stderr;
  }
  rmSync(unfinished, { force: true });
  throw new LiveError(`${compiler} cannot build the recorder: ${told.split("\n", 1)[0]}`);
}
