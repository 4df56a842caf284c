/** A capture's folder, written. */
import { createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import {
  bytesOf,
  type Capture,
  type CapturedPages,
  type CaptureText,
  printAnonVmas,
  printCaptureInfo,
  printLimits,
  printMaps,
  printMeminfo,
  printPages,
  printSmaps,
  printStat,
  printStatm,
  printStatus,
} from "@forkpath/procfs";
import { CaptureError } from "./capture-error.ts";
import { errorCode } from "./read-file.ts";

/** Records that are packed at a time. */
const SLICE = 2 ** 15;
/** Of gzip: twice as quick as its default, and a tenth larger. */
const LEVEL = 3;

/**
 * Makes `directory`, or fills one that is empty. What was written of it goes away when that fails.
 * @throws CaptureError where it holds something already, or cannot be written
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { loadCapture, writeCapture } from "@forkpath/capture";
 * import { parseCapture } from "@forkpath/procfs";
 * const folder = join(mkdtempSync(join(tmpdir(), "capture-")), "redis");
 * await writeCapture(folder, parseCapture({ status: "Name:\tredis\nPid:\t71\n" }));
 * console.log((await loadCapture(folder)).status.order.join(" ")); // Name Pid
 * ```
 */
export async function writeCapture(directory: string, capture: Capture): Promise<void> {
  const isNew = makeEmpty(directory);
  try {
    for (const [name, text] of textsOf(capture))
      writeFileSync(join(directory, name), bytesOf(text));
    if (capture.pages !== null) await writePages(join(directory, "pages.bin.gz"), capture.pages);
  } catch (error) {
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    if (isNew) rmSync(directory, { recursive: true });
    throw new CaptureError(`cannot write to ${directory}: ${errorCode(error) || String(error)}`);
  }
}

/**
 * Sees to it that there is such a directory, and nothing in it.
 * @returns whether it was made
 * @throws CaptureError if it cannot be
 */
export function makeEmpty(directory: string): boolean {
  if (directory === "") throw new CaptureError("the name of the folder is empty");
  try {
    const made = mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).length === 0) return made !== undefined;
  } catch (error) {
    throw new CaptureError(`cannot write to ${directory}: ${errorCode(error)}`);
  }
  throw new CaptureError(`${directory} holds something already`);
}

function* textsOf(capture: Capture): Generator<readonly [CaptureText, string]> {
  const { status, statm, stat, maps, smaps, rollup, meminfo, limits, anonVmas, info } = capture;
  yield ["status", printStatus(status)];
  if (statm !== null) yield ["statm", printStatm(statm)];
  if (stat !== null) yield ["stat", printStat(stat)];
  if (maps !== null) yield ["maps", printMaps(maps)];
  if (smaps !== null) yield ["smaps", printSmaps(smaps)];
  if (rollup !== null) yield ["smaps_rollup", printSmaps([rollup])];
  if (meminfo !== null) yield ["meminfo", printMeminfo(meminfo)];
  if (limits !== null) yield ["limits", printLimits(limits)];
  if (anonVmas !== null) yield ["anon_vma.txt", printAnonVmas(anonVmas)];
  if (info !== null) yield ["capture.json", printCaptureInfo(info)];
}

async function writePages(path: string, pages: CapturedPages): Promise<void> {
  const slices = function* (): Generator<Uint8Array> {
    for (let from = 0; from < pages.count; from += SLICE) {
      yield printPages(pages, from, Math.min(from + SLICE, pages.count));
    }
  };
  await pipeline(Readable.from(slices()), createGzip({ level: LEVEL }), createWriteStream(path));
}
