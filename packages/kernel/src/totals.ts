/** What the machine has used up, as /proc/meminfo and /proc/stat would say it. */
import { Level } from "@forkpath/page-table";
import { HPAGE_PMD_NR, NO_PFN, nrFreePages } from "@forkpath/rmap";
import type { Machine } from "./machine.ts";

/** Sums over the machine; pages, where nothing else is said. */
export interface MachineTotals {
  /** MemFree. */
  readonly freePages: number;
  /** Frames in use, less those that boot took. */
  readonly usedPages: number;
  /** Pages promised: Committed_AS. */
  readonly committed: number;
  /** SwapTotal. */
  readonly swapPages: number;
  /** SwapFree; below 0 for a while when an area is swapped off. */
  readonly freeSwapPages: number;
  /** Pages in the page cache. */
  readonly cachedPages: number;
  /** Pages in the swap cache. */
  readonly swapCachePages: number;
  /** Mapped pages without a file, huge ones too: AnonPages. */
  readonly anonPages: number;
  /** Tables of ptes: PageTables. */
  readonly pageTables: number;
  /** Tasks that exist, zombies included. */
  readonly tasks: number;
  /** Forks since boot that came to an end well. */
  readonly totalForks: number;
  /** How often somebody has asked for memory, refused or not. */
  readonly allocations: number;
}

/** @modelOnly the machine-wide counters that people ask for */
export function machineTotals({ mm, fork, freeAtBoot }: Machine): MachineTotals {
  let cachedPages = 0;
  for (const { pages } of mm.files.values()) cachedPages += pages.size;
  const freePages = nrFreePages(mm.map);
  // The machine's own, like the small zero page: the first read of huge memory makes it, for good.
  const zeroPages = mm.map.hugeZeroPfn === NO_PFN ? 0 : HPAGE_PMD_NR;
  const { nrAnonPages, nrAnonTransparentHugepages } = mm.map.stats;
  return {
    freePages,
    usedPages: freeAtBoot - freePages - zeroPages,
    committed: mm.commit.committed,
    swapPages: mm.swap.totalSwapPages,
    freeSwapPages: mm.swap.nrSwapPages,
    cachedPages,
    swapCachePages: mm.swap.cache.size,
    anonPages: nrAnonPages + nrAnonTransparentHugepages * HPAGE_PMD_NR,
    pageTables: mm.tables.liveTables[Level.PTE],
    tasks: fork.nrThreads,
    totalForks: fork.totalForks,
    allocations: mm.sync.gate.count,
  };
}
