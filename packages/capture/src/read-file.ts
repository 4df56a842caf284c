/** Small files of /proc and /sys, which may be absent, forbidden, or gone with their process. */
import { openSync, readFileSync, readSync } from "node:fs";

/** Of an error of Node.js: `ENOENT`, `EACCES`. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** Null for a file that cannot be read, whatever the reason. */
export function readBytes(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

/** Without the end of line. ASCII and UTF-8 only. */
export const readText = (path: string): string | null =>
  readBytes(path)?.toString("utf8").trimEnd() ?? null;

/** A file with one number. */
export function readNumber(path: string): number | null {
  const text = readText(path);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** A descriptor to be closed; null where the file cannot be opened. */
export function openFile(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

/** As many bytes of a file as there are from `at` on, at most a buffer full. */
export function readAt(file: number, into: Uint8Array, at: number): number {
  let length = 0;
  while (length < into.length) {
    const got = readSync(file, into, length, into.length - length, at + length);
    if (got === 0) break;
    length += got;
  }
  return length;
}
