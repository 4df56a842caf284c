/**
 * Says whether a package's `dist` was built from what stands beside it now.
 *
 * A build is stamped with a digest of what it read; packing checks the stamp, so that nobody can
 * publish a package without its code, or with yesterday's. Times of files would not do: a cache or
 * a checkout sets them as it likes.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Inside `dist`, so that it is cached and removed with the build; `files` keeps it unpublished. */
const STAMP = "dist/.build";
/** The manifest counts, since the command line prints its own version. */
const BUILT_FROM = ["package.json", "src", "tsup.config.ts"];

interface Stamp {
  /** Files and folders, from the package. */
  readonly builtFrom: readonly string[];
  readonly digest: string;
}

/** Notes what the build that just ended in `dir` read: the usual things, and `more`. */
export function stampBuild(dir: string, more: readonly string[] = []): void {
  const builtFrom = [...BUILT_FROM, ...more];
  const stamp: Stamp = { builtFrom, digest: digestOf(dir, builtFrom) };
  writeFileSync(join(dir, STAMP), `${JSON.stringify(stamp)}\n`);
}

/** Why the package in `dir` must not be packed, or "" where it may be. */
export function staleBuild(dir: string): string {
  if (!existsSync(join(dir, STAMP))) return "it is not built";
  const { builtFrom, digest } = JSON.parse(readFileSync(join(dir, STAMP), "utf8")) as Stamp;
  return digest === digestOf(dir, builtFrom) ? "" : "its sources are newer than its build";
}

function digestOf(dir: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesAt(dir, path))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(dir, file)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesAt(dir: string, path: string): string[] {
  const place = join(dir, path);
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [path];
  return readdirSync(place)
    .sort()
    .flatMap((name) => filesAt(dir, `${path}/${name}`));
}
