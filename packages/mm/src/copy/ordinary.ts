/**
 * Copies the entries of ordinary pages: present, with a row in the memory map (SPEC §6.10).
 *
 * The hottest code of the model: columns live in locals, nothing is allocated, and a page costs two
 * increments and four stores. Entries and pages are done in loops of their own, because one loop
 * over all columns needs more registers than there are. Together they are copyOnePte for an
 * ordinary page, written out; the tests hold the two against each other. Frames in a row are
 * cheaper still: copy/streak.ts.
 */
import { Pte } from "@forkpath/page-table";
import { CHUNK_MASK, CHUNK_SHIFT } from "@forkpath/page-table/internal";
import type { MemMap } from "@forkpath/rmap";
import type { MmEnv } from "../types.ts";
import type { CopyRun } from "./run.ts";
import { copyStreak } from "./streak.ts";

/** Bits of the high word above the 31-bit frame numbers that a memory map can have. */
const PFN_TOO_HIGH = 0x3800;

/**
 * Copies at most `limit` entries, up to the first that is anything else, and counts them in `run`.
 * Requires what copyEntries requires; leaves the run's position alone.
 * @returns how many it copied
 * @kernel copy_one_pte in mm/memory.c, for its common case
 */
export function copyOrdinary(env: MmEnv, run: CopyRun, limit: number): number {
  if (run.copiesPinned) return 0;
  const inStreak = copyStreak(env, run, limit);
  if (inStreak > 0) return inStreak;
  const copied = copyWords(env, run, limit);
  if (copied === 0) return 0;
  const anon = referencePages(env.map, env.batchPfns, copied);
  if (run.exclusiveFlag !== 0) clearFlag(env.map, run.exclusiveFlag, env.batchPfns, copied);
  run.anon += anon;
  run.file += copied - anon;
  run.entryPending = false;
  return copied;
}

/** The entries; their frames go to `env.batchPfns`. */
function copyWords(env: MmEnv, run: CopyRun, limit: number): number {
  const { low: lowChunks, high: highChunks } = env.tables;
  const srcLow = lowChunks[run.srcCell >>> CHUNK_SHIFT];
  const srcHigh = highChunks[run.srcCell >>> CHUNK_SHIFT];
  const dstLow = lowChunks[run.dstCell >>> CHUNK_SHIFT];
  const dstHigh = highChunks[run.dstCell >>> CHUNK_SHIFT];
  const { highestMemmapPfn } = env.map;
  const { batchPfns } = env;
  const { srcKeep, dstKeep } = run;
  const start = run.srcCell & CHUNK_MASK;
  const toDst = (run.dstCell & CHUNK_MASK) - start;
  const end = start + limit;
  let at = start;
  for (; at < end; at++) {
    const low = srcLow[at];
    const high = srcHigh[at];
    const pfn = (low >>> 12) | ((high & 0x7ff) << 20);
    if (
      (low & (Pte.PRESENT | Pte.SPECIAL)) !== Pte.PRESENT ||
      (high & PFN_TOO_HIGH) !== 0 ||
      pfn > highestMemmapPfn
    ) {
      break;
    }
    batchPfns[at - start] = pfn;
    srcLow[at] = low & srcKeep;
    dstLow[at + toDst] = low & dstKeep;
    dstHigh[at + toDst] = high;
  }
  return at - start;
}

/** One reference and one mapping more for each page. @returns how many are anonymous */
function referencePages(map: MemMap, pfns: Int32Array, pages: number): number {
  const { count, mapcount, mapping } = map;
  let anon = 0;
  for (let i = 0; i < pages; i++) count[pfns[i]]++;
  for (let i = 0; i < pages; i++) {
    const pfn = pfns[i];
    mapcount[pfn]++;
    anon += mapping[pfn] & 1;
  }
  return anon;
}

function clearFlag({ flags }: MemMap, flag: number, pfns: Int32Array, pages: number): void {
  for (let i = 0; i < pages; i++) flags[pfns[i]] &= ~flag;
}
