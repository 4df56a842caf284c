/** Which test files look at a fault, and in which order: the quick before the others. */
import type { Suite, TestFile } from "./suite.ts";

/** Test files of one suite, in the order in which they run; all without `files`. */
export interface Batch {
  readonly suite: Suite;
  readonly files?: readonly TestFile[];
}

/** Of processor time. */
const FIRST_MS = 5000;

/** In the order of batches and files: those that fit into FIRST_MS, and the others. */
export function splitByTime(
  batches: readonly Batch[],
): [first: readonly Batch[], rest: readonly Batch[]] {
  let left = FIRST_MS;
  const first: Batch[] = [];
  const rest: Batch[] = [];
  for (const { suite, files } of batches) {
    if (files === undefined) {
      first.push({ suite });
      continue;
    }
    const fitting = files.filter(({ ms }) => {
      if (ms > left) return false;
      left -= ms;
      return true;
    });
    const others = files.filter((file) => !fitting.includes(file));
    if (fitting.length > 0) first.push({ suite, files: fitting });
    if (others.length > 0) rest.push({ suite, files: others });
  }
  return [first, rest];
}
