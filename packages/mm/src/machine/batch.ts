/**
 * What one hold of a table lock counted, before it goes to the counters in one flush.
 *
 * A batch is of one area, so all of its pages that are not anonymous belong to one file: `file`
 * counts them, and the area says which counter that is.
 */
import { addMmRss, addMmRssNow, MmCounter, type MmCounters } from "@forkpath/counters";
import type { KernelThread, Sync } from "@forkpath/sync";
import { NOT_COUNTED } from "../types.ts";

/** Pages, of either sign. */
export interface Batch {
  /** FILE_RSS or SHMEM_RSS. */
  readonly fileCounter: MmCounter;
  file: number;
  anon: number;
  swap: number;
}

/** @kernel init_rss_vec in mm/memory.c */
export function clearBatch(batch: Batch): void {
  batch.file = batch.anon = batch.swap = 0;
}

/**
 * Counts one entry, in what a rule answered for it.
 * @kernel rss[member]++ in mm/memory.c
 */
export function countEntry(batch: Batch, counter: number, sign: 1 | -1): void {
  if (counter === MmCounter.ANON_RSS) batch.anon += sign;
  else if (counter === MmCounter.SWAP_USAGE) batch.swap += sign;
  else if (counter !== NOT_COUNTED) batch.file += sign;
}

/**
 * Adds the batch to the counters at once, if nobody else could run now.
 * @returns false when the caller has to `yield*` to `flushBatch` instead
 * @kernel add_mm_rss_vec in mm/memory.c
 */
export function flushBatchNow(sync: Sync, counters: MmCounters, batch: Batch): boolean {
  const isShmem = batch.fileCounter === MmCounter.SHMEM_RSS;
  const file = isShmem ? 0 : batch.file;
  return addMmRssNow(sync, counters, file, batch.anon, batch.swap, batch.file - file);
}

/** @kernel add_mm_rss_vec in mm/memory.c */
export function flushBatch(sync: Sync, counters: MmCounters, batch: Batch): KernelThread<void> {
  const isShmem = batch.fileCounter === MmCounter.SHMEM_RSS;
  const file = isShmem ? 0 : batch.file;
  return addMmRss(sync, counters, file, batch.anon, batch.swap, batch.file - file);
}
