/**
 * What unmapping does with a swap PTE: drop the reference, and let go of a cached page that is of
 * no use to anybody any more (SPEC §3.5).
 */
import type { Pfn } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { type Sync, spinUnlockNow } from "@forkpath/sync";
import { cachedPageOf, dropFromSwapCache, type SwapCachePages } from "./cache.ts";
import { isNonSwapEntry, swpOffset } from "./entry.ts";
import { swapEntryFree, vmSwapFull } from "./free.ts";
import { swapInfoGet } from "./info.ts";
import { SwapMap } from "./map-byte.ts";
import { entryOfPte } from "./packed.ts";
import type { SwapState } from "./state.ts";

const WHERE = "free_swap_and_cache";

/**
 * One PTE less holds the entry; a page that only the cache keeps is dropped if that can be done
 * without waiting. Without `pages`, cached pages are looked for and left alone.
 * @returns 1, or 0 for an entry that names no slot in use; poison and migration entries are fine
 * @kernel free_swap_and_cache in mm/swapfile.c
 */
export function freeSwapAndCache(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
  pages: SwapCachePages | null,
): 0 | 1 {
  if (isNonSwapEntry(low)) return 1;
  const area = swapInfoGet(sync, swap, low, high, WHERE);
  if (area === null) return 0;
  const byte = swapEntryFree(swap, area, swpOffset(low, high), 1);
  const page = byte === SwapMap.HAS_CACHE ? findAndLock(sync, swap, low, high, pages) : undefined;
  spinUnlockNow(sync, swap.swapLock, WHERE);
  if (page !== undefined && pages !== null) dropUnlessUseful(sync, swap, page, pages);
  return 1;
}

/** The entry's cached page, locked and referenced; undefined if there is none or it is busy. */
function findAndLock(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
  pages: SwapCachePages | null,
): Pfn | undefined {
  if (sync.traced & EventClass.MM) emit(sync, { kind: "find_swapcache", low, high });
  const page = cachedPageOf(swap, entryOfPte(low, high));
  if (page === undefined || pages === null || !pages.tryLock(page)) return undefined;
  pages.get(page);
  return page;
}

function dropUnlessUseful(sync: Sync, swap: SwapState, page: Pfn, pages: SwapCachePages): void {
  const isUseful = pages.mapcount(page) > 0 && !vmSwapFull(swap);
  if (pages.isSwapCache(page) && !pages.isWriteback(page) && !isUseful) {
    dropFromSwapCache(sync, swap, page, pages);
  }
  pages.unlock(page);
  pages.put(page);
}
