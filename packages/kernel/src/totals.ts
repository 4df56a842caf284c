/** What the machine has used up, as /proc/meminfo and /proc/stat would say it. */
import { nrFreePages } from "@forkpath/rmap";
import type { Machine } from "./machine.ts";

export interface MachineTotals {
  readonly freePages: number;
  /** Pages promised. */
  readonly committed: number;
  readonly swapPages: number;
  readonly freeSwapPages: number;
  /** Pages in the page cache. */
  readonly cachedPages: number;
  readonly tasks: number;
  readonly totalForks: number;
  /** How often somebody has asked for memory, refused or not. */
  readonly allocations: number;
}

/** @modelOnly the machine-wide counters that people ask for */
export function machineTotals({ mm, fork }: Machine): MachineTotals {
  let cachedPages = 0;
  for (const { pages } of mm.files.values()) cachedPages += pages.size;
  return {
    freePages: nrFreePages(mm.map),
    committed: mm.commit.committed,
    swapPages: mm.swap.totalSwapPages,
    freeSwapPages: mm.swap.nrSwapPages,
    cachedPages,
    tasks: fork.nrThreads,
    totalForks: fork.totalForks,
    allocations: mm.sync.gate.count,
  };
}
