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

/** Lines of `Name:   12 kB`, by name; other lines are passed over. */
export function parseFields(text: string): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const [, name, value] of text.matchAll(/^(\w+):\s+(\d+)(?: kB)?$/gm)) {
    fields[name] = Number(value);
  }
  return fields;
}
