/** Small files of /proc and /sys, read whole. A process may be gone at any time. */
import { readFileSync } from "node:fs";

/** @returns undefined where there is no such file, or it cannot be read */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The first number of a file such as /proc/sys/vm/overcommit_ratio. */
export function readNumber(path: string): number | undefined {
  const value = Number.parseInt(readText(path) ?? "", 10);
  return Number.isNaN(value) ? undefined : value;
}
