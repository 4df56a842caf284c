/** A capture's folder, read back. */
import { createReadStream } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import {
  CAPTURE_TEXTS,
  type Capture,
  type CapturedPages,
  type CaptureText,
  createPagesParser,
  emptyCaptureInfo,
  PAGE_RECORD_BYTES,
  ProcError,
  parseCapture,
} from "@forkpath/procfs";
import { descriptorsOf } from "./descriptors.ts";

/** What other tools copy: one file of /proc/PID/fdinfo, or the folder. */
const FDINFO = "fdinfo";
const PAGES = "pages.bin";
const PACKED_PAGES = `${PAGES}.gz`;
/** A packed file ends with the length of what it holds, modulo 2^32. */
const LENGTH_BYTES = 4;
/** Bytes: a record packs into more. More than the file can hold is not believed. */
const MOST_RATIO = 1032;

/**
 * Reads `directory`, which has a status and whatever else there is of a capture.
 * @throws ProcError for the first file that is broken
 * @throws Error of Node.js where a file is there and cannot be read
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { loadCapture, writeCapture } from "@forkpath/capture";
 * import { parseCapture } from "@forkpath/procfs";
 * const folder = join(mkdtempSync(join(tmpdir(), "capture-")), "redis");
 * await writeCapture(folder, parseCapture({ status: "Name:\tredis\nPid:\t71\n" }));
 * const { pages } = await loadCapture(folder);
 * console.log(pages); // null
 * ```
 */
export async function loadCapture(directory: string): Promise<Capture> {
  const texts: Partial<Record<CaptureText, Uint8Array>> = {};
  for (const name of CAPTURE_TEXTS) {
    const text = await readIfThere(join(directory, name));
    if (text !== null) texts[name] = text;
  }
  const capture = parseCapture(texts, await loadPages(directory));
  const infos = await readFdinfo(join(directory, FDINFO));
  if (infos.length === 0 || capture.info !== null) return capture;
  return { ...capture, info: { ...emptyCaptureInfo(), ...descriptorsOf(infos) } };
}

/** The texts of a file, or of all files of a folder; none where there is neither. */
async function readFdinfo(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [await readFile(path, "utf8")];
  const names = await readdir(path);
  return Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
}

async function loadPages(directory: string): Promise<CapturedPages | null> {
  for (const name of [PACKED_PAGES, PAGES]) {
    const path = join(directory, name);
    const size = await sizeIfThere(path);
    if (size !== null) return readPages(path, name, size);
  }
  return null;
}

async function readPages(path: string, name: string, size: number): Promise<CapturedPages> {
  const isPacked = name === PACKED_PAGES;
  const length = isPacked ? await unpackedLength(path, size) : size;
  const parser = createPagesParser(Math.ceil(length / PAGE_RECORD_BYTES), name);
  const take = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) parser.write(chunk);
  };
  const file = createReadStream(path, { highWaterMark: 2 ** 20 });
  try {
    if (isPacked) await pipeline(file, createGunzip({ chunkSize: 2 ** 20 }), take);
    else await pipeline(file, take);
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new ProcError({ file: name, line: null, wanted: "packed records", got: error.message });
  }
  parser.end();
  return parser.pages();
}

async function unpackedLength(path: string, size: number): Promise<number> {
  if (size < LENGTH_BYTES) return 0;
  const file = await open(path);
  try {
    const { buffer } = await file.read(
      Buffer.alloc(LENGTH_BYTES),
      0,
      LENGTH_BYTES,
      size - LENGTH_BYTES,
    );
    return Math.min(buffer.readUInt32LE(), size * MOST_RATIO);
  } finally {
    await file.close();
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
const isAbsent = (error: unknown): boolean => hasCode(error, "ENOENT");

async function readIfThere(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error) => {
    if (isAbsent(error)) return null;
    if (!hasCode(error, "EISDIR")) throw error;
    const [file, wanted, got] = [basename(path), "the text of a process", "a folder"];
    throw new ProcError({ file, line: null, wanted, got });
  });
}

async function sizeIfThere(path: string): Promise<number | null> {
  const found = await stat(path).catch((error) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  return found?.size ?? null;
}
