/**
 * The resident set: one flush for each batch of page-table entries, and its sum (SPEC §1.3, §1.5).
 *
 * copy_pte_range and zap_pte_range gather what a batch changes and flush it here once, before they
 * let the child's lock go. Swap is never part of rss. Where tasks have parts, a flush to the mm
 * that the current task runs in moves its part first (M6.1/3).
 */
import { expectInteger } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { type KernelThread, loadCell, type Sync } from "@forkpath/sync";
import { addUnsigned, MmCounter, type MmCounters } from "./counters.ts";
import { addSteps } from "./mm-counter.ts";
import { addOnCpuNow, addToWord } from "./parts.ts";
import { syncMmRss, syncMmRssSteps } from "./task-parts.ts";

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
  shmem = 0,
): boolean {
  if (sync.interleaved || (sync.traced & EventClass.CELL) !== 0) return false;
  expectInts("addMmRssNow", file, anon, swap, shmem);
  if (sync.traced & EventClass.MM) emitRss(sync, counters, file, anon, swap, shmem);
  if (counters.taskParts !== null) syncMmRss(counters, sync.current);
  if (file !== 0) addNow(sync, counters, MmCounter.FILE_RSS, file);
  if (anon !== 0) addNow(sync, counters, MmCounter.ANON_RSS, anon);
  if (swap !== 0) addNow(sync, counters, MmCounter.SWAP_USAGE, swap);
  if (shmem !== 0) addNow(sync, counters, MmCounter.SHMEM_RSS, shmem);
  return true;
}

/**
 * Flushes a batch in steps: file, anon, swap, shmem, and a zero touches nothing. The event is sent
 * even if all are zero.
 * @throws RangeError or TypeError unless all three are C ints; nothing is added then
 * @kernel add_mm_rss in mm/memory.c
 * @example
 * ```ts
 * import { addMmRss, createMmCounters, MmCounter, peekCounter } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * runToCompletion(addMmRss(sync, mm, 3, 20, 0)); // 3 pages of files, 20 anonymous ones
 * console.log(peekCounter(mm, MmCounter.ANON_RSS)); // 20n
 * ```
 */
export function* addMmRss(
  sync: Sync,
  counters: MmCounters,
  file: number,
  anon: number,
  swap: number,
  shmem = 0,
): KernelThread<void> {
  expectInts("addMmRss", file, anon, swap, shmem);
  if (sync.traced & EventClass.MM) emitRss(sync, counters, file, anon, swap, shmem);
  if (counters.taskParts !== null) yield* syncMmRssSteps(sync, counters, sync.current);
  if (file !== 0) yield* addSteps(sync, counters, MmCounter.FILE_RSS, file);
  if (anon !== 0) yield* addSteps(sync, counters, MmCounter.ANON_RSS, anon);
  if (swap !== 0) yield* addSteps(sync, counters, MmCounter.SWAP_USAGE, swap);
  if (shmem !== 0) yield* addSteps(sync, counters, MmCounter.SHMEM_RSS, shmem);
}

/**
 * File plus anon, and shmem where it is counted, in loads that are no snapshot: a page that moves
 * from one to the other in between is counted twice, or not at all (SPEC D16/d).
 * @returns the sum as an unsigned long, of words without parts
 * @kernel get_mm_rss in include/linux/sched.h
 */
export function* getMmRss(sync: Sync, counters: MmCounters): KernelThread<bigint> {
  const { rss, design } = counters;
  const file = design.read(yield* loadCell(sync, rss, MmCounter.FILE_RSS));
  const anon = design.read(yield* loadCell(sync, rss, MmCounter.ANON_RSS));
  const sum = addUnsigned(file, anon);
  if (design.members === 3) return sum;
  return addUnsigned(sum, design.read(yield* loadCell(sync, rss, MmCounter.SHMEM_RSS)));
}

function addNow(sync: Sync, { rss, cpuParts }: MmCounters, cell: number, delta: number): void {
  if (cpuParts !== null) addOnCpuNow(sync, cpuParts, rss, cell, delta);
  else addToWord(rss.words, cell, delta);
}

/** All are checked before the first is added, so that misuse changes nothing. */
function expectInts(where: string, file: number, anon: number, swap: number, shmem: number): void {
  const areInts =
    (file | 0) === file && (anon | 0) === anon && (swap | 0) === swap && (shmem | 0) === shmem;
  if (areInts) return;
  for (const [what, value] of Object.entries({ file, anon, swap, shmem })) {
    expectInteger(where, what, value, -(2 ** 31), 2 ** 31 - 1);
  }
}

function emitRss(
  sync: Sync,
  { name }: MmCounters,
  file: number,
  anon: number,
  swap: number,
  shmem: number,
): void {
  emit(sync, { kind: "rss", mm: name, file, anon, swap, ...(shmem === 0 ? {} : { shmem }) });
}
