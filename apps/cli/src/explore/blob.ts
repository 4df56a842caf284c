/**
 * What `explore --json` writes and `merge` reads: explorations, with a version in front and a
 * checksum behind.
 *
 * Merging is set union, so blobs of any runs may come together in any order, and a blob that was
 * merged can be merged again. Numbers from a blob are added up and believed: the checksum finds
 * one that was cut short or changed on its way.
 */
import { createHash } from "node:crypto";
import { type Exploration, mergeResults, totalOf } from "@forkpath/interleave";
import { UsageError } from "../usage-error.ts";
import { explorationList } from "./blob-schema.ts";
import { orUsageError } from "./or-usage-error.ts";

const VERSION = 3;

export interface Blob {
  readonly forkpath: "explorations";
  readonly version: typeof VERSION;
  readonly explorations: readonly Exploration[];
  /** SHA-256 of the explorations, without blanks. */
  readonly checksum: string;
}

export const makeBlob = (explorations: readonly Exploration[]): Blob => ({
  forkpath: "explorations",
  version: VERSION,
  explorations,
  checksum: checksumOf(explorations),
});

const checksumOf = (explorations: unknown): string =>
  createHash("sha256").update(JSON.stringify(explorations)).digest("hex");

/** @throws UsageError for a text that this version of us has not written */
export function parseBlob(text: string, fileName: string): readonly Exploration[] {
  const blob = parseJson(text, fileName) as Partial<Blob> | null;
  if (blob?.forkpath !== "explorations") {
    throw new UsageError(`${fileName}: wanted what forkpath explore --json writes`);
  }
  if (blob.version !== VERSION) {
    const got = Number.isInteger(blob.version) ? blob.version : "none";
    throw new UsageError(`${fileName}: wanted version ${VERSION}, got ${got}: explore it again`);
  }
  const { data, error } = explorationList.safeParse(blob.explorations);
  if (error !== undefined) {
    const { path, message } = error.issues[0];
    throw new UsageError(`${fileName}: ${["explorations", ...path].join(".")}: ${message}`);
  }
  if (blob.checksum !== checksumOf(blob.explorations)) {
    throw new UsageError(`${fileName}: the checksum is another one: the file was changed`);
  }
  return data;
}

/**
 * The union of what all blobs hold.
 * @throws UsageError where two hold one shard with different results
 */
export const mergeBlobs = (blobs: readonly (readonly Exploration[])[]): readonly Exploration[] =>
  orUsageError(() =>
    blobs.reduce((merged, explorations) => mergeResults(merged, explorations), []),
  );

/** Each exploration as one, added up from the shards of it that are there. */
export function totalsOf(explorations: readonly Exploration[]): readonly Exploration[] {
  const groups = new Map<string, Exploration[]>();
  for (const exploration of explorations) {
    const { identity, strategy, shard } = exploration;
    const key = JSON.stringify([identity, strategy, shard.count, shard.depth]);
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
