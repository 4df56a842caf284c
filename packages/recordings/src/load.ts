/** Reads the recordings that lie beside the package. Nothing is kept between calls. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { History } from "./history.ts";

/**
 * The kernels of the recordings, by their names in forkpath.
 * @example
 * ```ts
 * import { RECORDED_KERNELS } from "@forkpath/recordings";
 * console.log(RECORDED_KERNELS.join(" ")); // v6.1 v6.18
 * ```
 */
export const RECORDED_KERNELS = ["v6.1", "v6.18"] as const;
/** A kernel that was recorded: `v6.18`. */
export type RecordedKernel = (typeof RECORDED_KERNELS)[number];

/** Memory calls of processes, and histories with threads, exec, limits and the like. */
export const RECORDINGS = ["histories", "tasks"] as const;
/** Which of a kernel's two files. */
export type Recording = (typeof RECORDINGS)[number];

/**
 * All histories of one file.
 * @throws RangeError for a kernel or a recording that there is none of
 * @example
 * ```ts
 * import { loadHistories } from "@forkpath/recordings";
 * const [first] = loadHistories("v6.18", "tasks");
 * console.log(first?.history.length === first?.after.length); // true
 * ```
 */
export function loadHistories(kernel: RecordedKernel, recording: Recording): History[] {
  if (!RECORDED_KERNELS.includes(kernel) || !RECORDINGS.includes(recording)) {
    throw new RangeError(`loadHistories: no recording ${recording} of ${kernel}`);
  }
  const url = new URL(`../data/${recording}-${kernel}.jsonl.gz`, import.meta.url);
  return gunzipSync(readFileSync(url))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as History);
}
