/**
 * Copies a streak of entries: ordinary pages whose frames follow one another (SPEC §6.10).
 *
 * What copy/ordinary.ts does, with the first entry's answers taken for all: no frame number is
 * decoded or kept, and no high word is looked at twice. Takes two thirds of the time for memory
 * that was filled from end to end; where frames are all over the place, a call too many for each
 * table.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import { Pte, ptePfn } from "@forkpath/page-table";
import { CHUNK_MASK, CHUNK_SHIFT, streakLength } from "@forkpath/page-table/internal";
import type { MemMap } from "@forkpath/rmap";
import type { MmEnv } from "../types.ts";
import type { CopyRun } from "./run.ts";

/** A shorter one is not worth the preparation. */
const SHORTEST_STREAK = 8;

/**
 * Copies the streak that begins at the run's position, at most `limit` entries of it, and counts
 * them in `run`. Requires what copyEntries requires; leaves the run's position alone.
 * @returns how many it copied; 0 for a short streak, or one of other entries
 * @kernel copy_one_pte in mm/memory.c, for its common case
 */
export function copyStreak(env: MmEnv, run: CopyRun, limit: number): number {
  const low = env.tables.low[run.srcCell >>> CHUNK_SHIFT];
  const high = env.tables.high[run.srcCell >>> CHUNK_SHIFT];
  const at = run.srcCell & CHUNK_MASK;
  const length = streakLength(low, high, at, limit);
  if (length < SHORTEST_STREAK || !isOrdinary(env.map, low[at], high[at], length)) return 0;
  const first = ptePfn(low[at], high[at]) | 0; // an int32: a double would be slow to count up
  copyWords(env, run, length);
  const anon = referencePages(env.map, first, first + length);
  if (run.exclusiveFlag !== 0) clearFlag(env.map, run.exclusiveFlag, first, first + length);
  run.anon += anon;
  run.file += length - anon;
  run.entryPending = false;
  return length;
}

/** Present, with rows in the memory map. */
function isOrdinary(map: MemMap, low: number, high: number, length: number): boolean {
  return (
    (low & (Pte.PRESENT | Pte.SPECIAL)) === Pte.PRESENT &&
    ptePfn(low, high) + length - 1 <= map.highestMemmapPfn
  );
}

/** The entries: the frame in the low word counts up. */
function copyWords({ tables }: MmEnv, run: CopyRun, length: number): void {
  const srcLow = tables.low[run.srcCell >>> CHUNK_SHIFT];
  const dstLow = tables.low[run.dstCell >>> CHUNK_SHIFT];
  const { srcKeep, dstKeep } = run;
  const start = run.srcCell & CHUNK_MASK;
  const toDst = (run.dstCell & CHUNK_MASK) - start;
  const end = start + length;
  let low = srcLow[start] | 0;
  for (let at = start; at < end; at++) {
    srcLow[at] = low & srcKeep;
    dstLow[at + toDst] = low & dstKeep;
    low = (low + PAGE_SIZE) | 0;
  }
  const highWord = tables.high[run.srcCell >>> CHUNK_SHIFT][start];
  tables.high[run.dstCell >>> CHUNK_SHIFT].fill(highWord, start + toDst, end + toDst);
}

/**
 * One reference and one mapping more for the pages [first, end). @returns how many are anonymous
 */
function referencePages(map: MemMap, first: number, end: number): number {
  const { count, mapcount, mapping } = map;
  let anon = 0;
  for (let pfn = first; pfn < end; pfn++) {
    count[pfn]++;
    mapcount[pfn]++;
    anon += mapping[pfn] & 1;
  }
  return anon;
}

function clearFlag({ flags }: MemMap, flag: number, first: number, end: number): void {
  for (let pfn = first; pfn < end; pfn++) flags[pfn] &= ~flag;
}
