/**
 * Pages of the swap cache that nobody maps, and whose slot nobody names. Whoever lets go of a page
 * last takes it out of the cache, unless somebody else works on it then:
 *
 *    under migration, or pinned     stays, until reclaim finds it
 *
 * An orphan that comes about in any other way was forgotten.
 */
import type { Kernel } from "@forkpath/kernel";
import { entryOffset, entryType, swapCount } from "@forkpath/swap";

export interface SwapOrphans {
  /** To be called after each step. */
  look(): void;
  /** Those that somebody worked on when they were let go of, as of the last look. */
  countExplained(): number;
}

export function createSwapOrphans({ machine }: Kernel): SwapOrphans {
  const { swap, map } = machine.mm;
  const isBusy = (): boolean => machine.migrations.length > 0 || machine.pins.size > 0;
  let explained: ReadonlySet<number> = new Set();
  let wasBusy = isBusy();
  const findOrphans = (): ReadonlySet<number> => {
    const orphans = new Set<number>();
    for (const [entry, pfn] of swap.cache) {
      if (!wasBusy && !explained.has(entry)) continue;
      const isNamed = swapCount(swap, entryType(entry), entryOffset(entry)) > 0;
      if (!isNamed && map.mapcount[pfn] === 0) orphans.add(entry);
    }
    return orphans;
  };
  return {
    look() {
      if (wasBusy || explained.size > 0) explained = findOrphans();
      wasBusy = isBusy();
    },
    countExplained: () => explained.size,
  };
}
