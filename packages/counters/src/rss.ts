/**
 * The resident set: one flush for each batch of page-table entries, and its sum (SPEC §1.3, §1.5).
 *
 * copy_pte_range and zap_pte_range gather what a batch changes and flush it here once, before they
 * let the child's lock go. Swap is never part of rss.
 */
import { expectInteger } from "@forkpath/abi";
import {
  addCellSteps,
  addWords,
  EventClass,
  emit,
  type KernelThread,
  loadCell,
  type Sync,
} from "@forkpath/sync";
import { addUnsigned, MmCounter, type MmCounters } from "./counters.ts";

/**
 * Flushes a batch at once, if nobody else could run now. Called for each batch, not each page:
 * `if (!addMmRssNow(...)) yield* addMmRss(...);`
 * @returns false, with nothing done, when the caller has to `yield*` to `addMmRss` instead
 * @throws RangeError or TypeError unless all three are C ints; nothing is added then
 * @kernel add_mm_rss in mm/memory.c
 */
export function addMmRssNow(
  sync: Sync,
  counters: MmCounters,
  file: number,
  anon: number,
  swap: number,
): boolean {
  if (sync.interleaved || (sync.traced & EventClass.CELL) !== 0) return false;
  expectInts("addMmRssNow", file, anon, swap);
  if (sync.traced & EventClass.MM) emitRss(sync, counters, file, anon, swap);
  const { words } = counters.rss;
  if (file !== 0) addToCell(words, MmCounter.FILE_RSS, file);
  if (anon !== 0) addToCell(words, MmCounter.ANON_RSS, anon);
  if (swap !== 0) addToCell(words, MmCounter.SWAP_USAGE, swap);
  return true;
}

/**
 * Flushes a batch in steps: file, anon, swap, and a zero touches nothing. The event is sent even
 * if all three are zero.
 * @throws RangeError or TypeError unless all three are C ints; nothing is added then
 * @kernel add_mm_rss in mm/memory.c
 */
export function* addMmRss(
  sync: Sync,
  counters: MmCounters,
  file: number,
  anon: number,
  swap: number,
): KernelThread<void> {
  expectInts("addMmRss", file, anon, swap);
  if (sync.traced & EventClass.MM) emitRss(sync, counters, file, anon, swap);
  if (file !== 0) yield* addCellSteps(sync, counters.rss, MmCounter.FILE_RSS, file);
  if (anon !== 0) yield* addCellSteps(sync, counters.rss, MmCounter.ANON_RSS, anon);
  if (swap !== 0) yield* addCellSteps(sync, counters.rss, MmCounter.SWAP_USAGE, swap);
}

/**
 * File plus anon, in two loads that are no snapshot: a page that moves from one to the other in
 * between is counted twice, or not at all (SPEC D16/d).
 * @returns the sum as an unsigned long
 * @kernel get_mm_rss in include/linux/sched.h
 */
export function* getMmRss(sync: Sync, counters: MmCounters): KernelThread<bigint> {
  const file = yield* loadCell(sync, counters.rss, MmCounter.FILE_RSS);
  const anon = yield* loadCell(sync, counters.rss, MmCounter.ANON_RSS);
  return addUnsigned(file, anon);
}

function addToCell(words: Uint32Array, cell: number, delta: number): void {
  addWords(words, 2 * cell, words[2 * cell], words[2 * cell + 1], delta);
}

/** All three are checked before the first is added, so that misuse changes nothing. */
function expectInts(where: string, file: number, anon: number, swap: number): void {
  if ((file | 0) === file && (anon | 0) === anon && (swap | 0) === swap) return;
  for (const [what, value] of Object.entries({ file, anon, swap })) {
    expectInteger(where, what, value, -(2 ** 31), 2 ** 31 - 1);
  }
}

function emitRss(sync: Sync, { name }: MmCounters, file: number, anon: number, swap: number): void {
  emit(sync, { kind: "rss", mm: name, file, anon, swap });
}
