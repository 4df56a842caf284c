/**
 * What `explore --json` writes and `merge` reads: explorations, with a version in front.
 *
 * Merging is set union, so blobs of any runs may come together in any order, and a blob that was
 * merged can be merged again.
 */
import { type Exploration, mergeResults, totalOf } from "@forkpath/interleave";
import { orUsageError, UsageError } from "../usage-error.ts";

export interface Blob {
  readonly forkpath: "explorations";
  readonly version: 1;
  readonly explorations: readonly Exploration[];
}

export const makeBlob = (explorations: readonly Exploration[]): Blob => ({
  forkpath: "explorations",
  version: 1,
  explorations,
});

/** @throws UsageError for a text that no version of us has written */
export function parseBlob(text: string, fileName: string): Blob {
  const blob = parseJson(text, fileName) as Partial<Blob> | null;
  if (blob?.forkpath !== "explorations" || !Array.isArray(blob.explorations)) {
    throw new UsageError(`${fileName}: wanted what forkpath explore --json writes`);
  }
  if (blob.version !== 1) {
    throw new UsageError(`${fileName}: wanted version 1, got ${blob.version}`);
  }
  return blob as Blob;
}

/**
 * The union of all blobs.
 * @throws UsageError where two hold one shard with different results
 */
export const mergeBlobs = (blobs: readonly Blob[]): readonly Exploration[] =>
  orUsageError(() =>
    blobs.reduce<readonly Exploration[]>(
      (merged, { explorations }) => mergeResults(merged, explorations),
      [],
    ),
  );

/** Each exploration as one, added up from the shards of it that are there. */
export function totalsOf(explorations: readonly Exploration[]): readonly Exploration[] {
  const groups = new Map<string, Exploration[]>();
  for (const exploration of explorations) {
    const { program, strategy, shard } = exploration;
    const key = JSON.stringify([program, strategy, shard.count, shard.depth]);
    groups.set(key, [...(groups.get(key) ?? []), exploration]);
  }
  return [...groups.values()].map(totalOf);
}

function parseJson(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${fileName}: not JSON`);
  }
}
