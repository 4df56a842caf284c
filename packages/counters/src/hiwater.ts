/**
 * Peaks: hiwater_rss and hiwater_vm, and what rusage makes of them (SPEC §1.4).
 *
 * The kernel pushes a peak only just before it lowers the value, so a reader must take the larger
 * of peak and current value. Nobody locks: each update is a read, a compare and a plain store, and
 * of two that overlap the smaller may be stored last (SPEC D16/a).
 */
import { type KernelThread, loadCell, type Sync, storeCell } from "@forkpath/sync";
import { HIWATER_RSS_CELL, HIWATER_VM_CELL, type MmCounters } from "./counters.ts";
import { toUnsigned } from "./mm-counter.ts";
import { getMmRss } from "./rss.ts";

/** Where a peak is kept after its mm: `signal->maxrss`, or getrusage's own variable. */
export interface MaxrssSlot {
  /** Pages, as an unsigned long. */
  maxrss: bigint;
}

/**
 * Steps: load file, load anon, load the peak, and a store if the sum is larger.
 * @kernel update_hiwater_rss in include/linux/sched.h
 * @example
 * ```ts
 * import { addMmRssNow, createMmCounters, MmCounter } from "@forkpath/counters";
 * import { peekCounter, updateHiwaterRss } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * addMmRssNow(sync, mm, 3, 20, 0);
 * runToCompletion(updateHiwaterRss(sync, mm)); // before pages go
 * addMmRssNow(sync, mm, 0, -20, 0);
 * console.log(peekCounter(mm, MmCounter.HIWATER_RSS)); // 23n
 * ```
 */
export function* updateHiwaterRss(sync: Sync, counters: MmCounters): KernelThread<void> {
  const rss = yield* getMmRss(sync, counters);
  yield* raiseTo(sync, counters, HIWATER_RSS_CELL, rss);
}

/**
 * @param totalVm pages; the mm's, which it keeps itself
 * @throws RangeError or TypeError when `totalVm` is a number that is no safe integer
 * @kernel update_hiwater_vm in include/linux/sched.h
 */
export function* updateHiwaterVm(
  sync: Sync,
  counters: MmCounters,
  totalVm: bigint | number,
): KernelThread<void> {
  const pages = toUnsigned("updateHiwaterVm", "totalVm", totalVm);
  yield* raiseTo(sync, counters, HIWATER_VM_CELL, pages);
}

/**
 * The larger of peak and current rss, unsigned. Loads the peak first: the source's order, which C
 * leaves open.
 * @kernel get_mm_hiwater_rss in include/linux/sched.h
 */
export function* getMmHiwaterRss(sync: Sync, counters: MmCounters): KernelThread<bigint> {
  const peak = yield* loadCell(sync, counters.hiwater, HIWATER_RSS_CELL);
  return larger(peak, yield* getMmRss(sync, counters));
}

/**
 * The larger of peak and `totalVm`, unsigned.
 * @throws RangeError or TypeError when `totalVm` is a number that is no safe integer
 * @kernel get_mm_hiwater_vm in include/linux/sched.h
 */
export function* getMmHiwaterVm(
  sync: Sync,
  counters: MmCounters,
  totalVm: bigint | number,
): KernelThread<bigint> {
  const pages = toUnsigned("getMmHiwaterVm", "totalVm", totalVm);
  return larger(yield* loadCell(sync, counters.hiwater, HIWATER_VM_CELL), pages);
}

/**
 * Raises `slot` to the mm's peak, and leaves the mm as it is. Reading and writing the slot are no
 * steps of their own: only a thread that is the last of its group, or owns the slot, comes here.
 * @kernel setmax_mm_hiwater_rss in include/linux/sched.h
 * @example
 * ```ts
 * import { addMmRssNow, createMmCounters, setmaxMmHiwaterRss } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * addMmRssNow(sync, mm, 0, 7, 0);
 * const signal = { maxrss: 5n };
 * runToCompletion(setmaxMmHiwaterRss(sync, mm, signal));
 * console.log(signal.maxrss); // 7n
 * ```
 */
export function* setmaxMmHiwaterRss(
  sync: Sync,
  counters: MmCounters,
  slot: MaxrssSlot,
): KernelThread<void> {
  slot.maxrss = larger(slot.maxrss, yield* getMmHiwaterRss(sync, counters));
}

function* raiseTo(
  sync: Sync,
  { hiwater }: MmCounters,
  cell: number,
  value: bigint,
): KernelThread<void> {
  const peak = yield* loadCell(sync, hiwater, cell);
  if (peak < value) yield* storeCell(sync, hiwater, cell, value);
}

const larger = (left: bigint, right: bigint): bigint => (left < right ? right : left);
