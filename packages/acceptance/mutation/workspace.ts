/**
 * A copy of the workspace to make faults in: the checkout itself is never touched.
 *
 * Packages are copied as they are on disk, with their links to each other, which are relative and
 * so lead to the copies. What comes from outside is shared through one link.
 */
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Fault, pathOf, withFault } from "./fault.ts";

const NOT_COPIED: ReadonlySet<string> = new Set([".turbo", ".vite", "bench", "coverage", "dist"]);

export interface Workspace {
  readonly root: string;
  /**
   * Runs `body` while the fault is in the copy.
   * @throws FaultMovedError when the fault does not fit the source
   */
  withFault<T>(fault: Fault, body: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

export async function copyWorkspace(repo: string): Promise<Workspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "forkpath-mutation-")));
  for (const group of ["packages", "apps", "examples", "docs"]) {
    if (!existsSync(join(repo, group))) continue;
    await cp(join(repo, group), join(root, group), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !NOT_COPIED.has(basename(path)),
    });
  }
  await symlink(join(repo, "node_modules"), join(root, "node_modules"));
  return {
    root,
    withFault: (fault, body) => editWhile(join(root, pathOf(fault)), fault, body),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function editWhile<T>(path: string, fault: Fault, body: () => Promise<T>): Promise<T> {
  const source = await readFile(path, "utf8");
  await writeFile(path, withFault(source, fault));
  try {
    return await body();
  } finally {
    await writeFile(path, source);
  }
}
