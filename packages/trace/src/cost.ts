/**
 * Simulated time: how many nanoseconds each event is said to take.
 *
 * Nothing here is measured while a model runs. The defaults are round numbers of the size that a
 * server CPU shows; only `countedPage` is calibrated, by the compiled kernel's own copy loop. They
 * make traces comparable with each other, never with a stopwatch.
 */
import { expectInteger } from "@forkpath/abi";
import type { KernelEvent } from "@forkpath/events";

/**
 * Whole nanoseconds: one number for each kind of event, and one for each page that `rss` counts.
 */
export type CostTable = Readonly<Record<KernelEvent["kind"] | "countedPage", number>>;

/**
 * Nanoseconds for each kind of event where TraceOptions names no others.
 * @example
 * ```ts
 * import { DEFAULT_COSTS } from "@forkpath/trace";
 * console.log(DEFAULT_COSTS.alloc > DEFAULT_COSTS.lock); // true
 * ```
 */
export const DEFAULT_COSTS: CostTable = {
  call: 20,
  return: 0, // the call has paid for both
  calls: 0, // the batch that they are of has paid
  lock: 20,
  unlock: 10,
  alloc: 250, // most of it clears the page
  free_page: 60,
  refuse: 0, // the test that failed has paid
  need_resched: 1,
  spin_needbreak: 1,
  cond_resched: 5,
  rss: 10,
  countedPage: 8, // a batch has walked, copied and counted it
  mmlist_add: 10,
  notify_start: 5,
  notify_end: 5,
  track_pfn_vma_copy: 50,
  flush_tlb: 500,
  alert: 2000, // it prints
  bad_pte: 2000,
  bad_dir: 2000,
  warn: 2000,
  page: 1,
  find_swapcache: 50,
  task: 0, // says that something happened, in functions that cost by themselves
  load: 1,
  store: 1,
  atomic: 5,
};

/**
 * The default table with some lines replaced; `where` is the border that an error names.
 * @throws RangeError or TypeError unless every replaced cost is a whole number from 0 to 2^32
 * @modelOnly the kernel reads a clock
 */
export function makeCosts(where: string, changes: Partial<CostTable>): CostTable {
  for (const [kind, cost] of Object.entries(changes)) {
    if (!Object.hasOwn(DEFAULT_COSTS, kind)) {
      throw new RangeError(`${where}: costs must name kinds of events, got ${kind}`);
    }
    expectInteger(where, `cost of ${kind}`, cost, 0, 2 ** 32);
  }
  return { ...DEFAULT_COSTS, ...changes };
}

/**
 * Nanoseconds that one event takes.
 * @modelOnly the kernel reads a clock
 */
export function costOf(costs: CostTable, event: KernelEvent): number {
  if (event.kind !== "rss") return costs[event.kind];
  const pages = Math.abs(event.file) + Math.abs(event.anon) + Math.abs(event.swap);
  return costs.rss + costs.countedPage * pages;
}
