/** Where files on a disk lie: their pages are clean, and those of tmpfs always dirty. */
import { mkdirSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { cacheFolder, type Environment } from "./build-recorder.ts";
import { LiveError } from "./live-error.ts";

/** What statfs says of file systems that live in memory: tmpfs and ramfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** @throws LiveError when there is none */
export function diskFolder(env: Environment): string {
  for (const folder of [cacheFolder(env), "/var/tmp", tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true });
      if (!IN_MEMORY.has(statfsSync(folder).type)) return folder;
    } catch {
      // The next one may do.
    }
  }
  throw new LiveError("no folder on a disk can be written to: set XDG_CACHE_HOME to one");
}
