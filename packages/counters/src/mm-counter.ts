/**
 * add, inc, dec, get and set of one counter, in the steps that a scheduler can tell apart.
 *
 *    atomic      add = [RMW]              get = [load]    set = [store]
 *    plain       add = [load] [store]     get = [load]    set = [store]
 *
 * Where CPUs have parts, an add is one step too: to the part, or to the word with the part.
 *
 * In the non-split build of el6 the contract is that the caller holds the mm's page_table_lock.
 * Nothing here checks it, because two sites of the kernel break it (SPEC §1.6) and the model shows
 * how.
 */
import { expectInteger } from "@forkpath/abi";
import { EventClass } from "@forkpath/events";
import {
  addCell,
  addCellNow,
  type Cells,
  goesOver,
  type KernelThread,
  loadCell,
  type Sync,
  storeCell,
} from "@forkpath/sync";
import { cellOf, MmCounter, type MmCounters, rowOf } from "./counters.ts";
import { addOnCpuNow, type CpuParts } from "./parts.ts";

/** Largest change by one add: with it, two-word sums stay exact. */
const MAX_DELTA = 2 ** 52;

/**
 * Adds `delta` pages at once, if nobody else could run now.
 * @returns false when the caller has to `yield*` to `addMmCounter` instead
 * @throws RangeError or TypeError unless `delta` is an integer of at most 2^52 either way
 * @kernel add_mm_counter in include/linux/sched.h
 */
export function addMmCounterNow(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  delta: number,
): boolean {
  expectMember("addMmCounterNow", member);
  expectInteger("addMmCounterNow", "delta", delta, -MAX_DELTA, MAX_DELTA);
  const { cpuParts } = counters;
  if (cpuParts === null || member >= MmCounter.HIWATER_RSS) {
    return addCellNow(sync, rowOf(counters, member), cellOf(member), delta);
  }
  if (sync.interleaved || (sync.traced & EventClass.CELL) !== 0) return false;
  addOnCpuNow(sync, cpuParts, counters.rss, member, delta);
  return true;
}

/**
 * Adds `delta` pages. Nothing is clamped: below zero the counter wraps.
 * @throws RangeError or TypeError unless `delta` is an integer of at most 2^52 either way
 * @kernel add_mm_counter in include/linux/sched.h
 */
export function* addMmCounter(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  delta: number,
): KernelThread<void> {
  expectMember("addMmCounter", member);
  expectInteger("addMmCounter", "delta", delta, -MAX_DELTA, MAX_DELTA);
  yield* addSteps(sync, counters, member, delta);
}

/**
 * Adds `delta` on behalf of a fault: where tasks have parts, the current task's takes it if this is
 * the mm that it runs in.
 * @throws RangeError or TypeError unless `delta` is an integer of at most 2^52 either way
 * @kernel add_mm_counter_fast in mm/memory.c
 */
export function* addMmCounterFast(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  delta: number,
): KernelThread<void> {
  expectMember("addMmCounterFast", member);
  expectInteger("addMmCounterFast", "delta", delta, -MAX_DELTA, MAX_DELTA);
  const task = counters.taskParts?.get(sync.current);
  if (task === undefined) yield* addSteps(sync, counters, member, delta);
  else task.parts[member] += delta;
}

/**
 * The same at once, if nobody else could run now.
 * @returns false when the caller has to `yield*` to `addMmCounterFast` instead
 * @throws RangeError or TypeError unless `delta` is an integer of at most 2^52 either way
 * @kernel add_mm_counter_fast in mm/memory.c
 */
export function addMmCounterFastNow(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  delta: number,
): boolean {
  const task = counters.taskParts?.get(sync.current);
  if (task === undefined) return addMmCounterNow(sync, counters, member, delta);
  expectMember("addMmCounterFastNow", member);
  expectInteger("addMmCounterFastNow", "delta", delta, -MAX_DELTA, MAX_DELTA);
  task.parts[member] += delta;
  return true;
}

/**
 * The steps of an add, unchecked. No generator of its own: the explorer resumes each that stands
 * between it and the step.
 * @kernel add_mm_counter in include/linux/mm.h
 */
export const addSteps = (
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  delta: number,
): KernelThread<void> =>
  counters.cpuParts === null || member >= MmCounter.HIWATER_RSS
    ? addCell(sync, rowOf(counters, member), cellOf(member), delta)
    : addOnCpu(sync, counters.rss, counters.cpuParts, member, delta);

function* addOnCpu(
  sync: Sync,
  rss: Cells,
  cpuParts: CpuParts,
  member: MmCounter,
  delta: number,
): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, rss.atomicPoints[member]))
    yield rss.atomicPoints[member];
  addOnCpuNow(sync, cpuParts, rss, member, delta);
}

/**
 * @kernel inc_mm_counter in include/linux/sched.h
 * @example
 * ```ts
 * import { createMmCounters, incMmCounter, MmCounter, peekCounter } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * runToCompletion(incMmCounter(sync, mm, MmCounter.FILE_RSS));
 * console.log(peekCounter(mm, MmCounter.FILE_RSS)); // 1n
 * ```
 */
export const incMmCounter = (
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
): KernelThread<void> => addMmCounter(sync, counters, member, 1);

/** @kernel dec_mm_counter in include/linux/sched.h */
export const decMmCounter = (
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
): KernelThread<void> => addMmCounter(sync, counters, member, -1);

/**
 * What the kernel reads where it wants the value cheap: the word, without parts.
 * @returns the value as an unsigned long; below zero as the design has it
 * @kernel get_mm_counter in include/linux/sched.h
 * @example
 * ```ts
 * import { createMmCounters, decMmCounter, getMmCounter, MmCounter } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * runToCompletion(decMmCounter(sync, mm, MmCounter.ANON_RSS)); // one too many: el6 wraps
 * const pages = runToCompletion(getMmCounter(sync, mm, MmCounter.ANON_RSS));
 * console.log(pages); // 18446744073709551615n
 * ```
 */
export function* getMmCounter(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
): KernelThread<bigint> {
  expectMember("getMmCounter", member);
  const word = yield* loadCell(sync, rowOf(counters, member), cellOf(member));
  return member >= MmCounter.HIWATER_RSS ? word : counters.design.read(word);
}

/**
 * Stores `value` modulo 2^64. For HIWATER_RSS and HIWATER_VM this is the kernel's plain
 * assignment, as in dup_mm and move_vma.
 * @throws RangeError or TypeError when `value` is a number that is no safe integer
 * @kernel set_mm_counter in include/linux/sched.h
 */
export function* setMmCounter(
  sync: Sync,
  counters: MmCounters,
  member: MmCounter,
  value: bigint | number,
): KernelThread<void> {
  expectMember("setMmCounter", member);
  const stored = toUnsigned("setMmCounter", "value", value);
  yield* storeCell(sync, rowOf(counters, member), cellOf(member), stored);
}

/**
 * `value` as an unsigned long, for comparing and storing.
 * @throws RangeError or TypeError when it is a number that is no safe integer
 * @modelOnly C's conversion to unsigned long
 */
export function toUnsigned(where: string, what: string, value: bigint | number): bigint {
  if (typeof value !== "bigint") {
    expectInteger(where, what, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }
  return BigInt.asUintN(64, BigInt(value));
}

const expectMember = (where: string, member: number): void =>
  expectInteger(where, "member", member, MmCounter.FILE_RSS, MmCounter.HIWATER_VM);
