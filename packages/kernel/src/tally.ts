/** One walk over all entries of all address spaces: how many lead to each frame and each slot. */
import type { SwpEntry } from "@forkpath/abi";
import type { MmEnv, MmStruct } from "@forkpath/mm";
import { isPteFile, isPtePresent, isPteSpecial, ptePfn, visitTables } from "@forkpath/page-table";
import { NormalPage, vmNormalPage } from "@forkpath/rmap";
import { countedFrames } from "@forkpath/rmap/internal";
import { entryOfPte, isNonSwapEntry } from "@forkpath/swap";

export interface EntryTally {
  /** Entries that map a frame that the kernel counts, by frame; of a compound page, by its head. */
  readonly mappings: ReadonlyMap<number, number>;
  /** Real swap entries, by packed entry. */
  readonly slots: ReadonlyMap<SwpEntry, number>;
}

/** @modelOnly a recount */
export function tallyEntries(env: MmEnv, mms: Iterable<MmStruct>): EntryTally {
  const mappings = new Map<number, number>();
  const slots = new Map<SwpEntry, number>();
  const count = <Key>(into: Map<Key, number>, key: Key): void => {
    into.set(key, (into.get(key) ?? 0) + 1);
  };
  for (const mm of mms) {
    visitTables(env.tables, mm.pgd, {
      pte: (_addr, _cell, low, high) => {
        if (isPtePresent(low)) {
          const pfn = ptePfn(low, high);
          // Whatever its area is: without the special bit a frame with a struct page is counted.
          if (vmNormalPage(env.map, 0, low, pfn) === NormalPage.NORMAL) count(mappings, pfn);
        } else if (!isPteFile(low) && !isNonSwapEntry(low)) {
          count(slots, entryOfPte(low, high));
        }
      },
      hugePmd: (_addr, _cell, low, high) => {
        const head = ptePfn(low, high);
        if (isPteSpecial(low)) return;
        const end = head + countedFrames(env.map, head);
        for (let frame: number = head; frame < end; frame++) count(mappings, frame);
      },
    });
  }
  return { mappings, slots };
}
