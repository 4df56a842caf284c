/**
 * The swap cache: which page holds what a slot holds (SPEC §3.5, §3.6).
 *
 * The map is ours; the page's lock, flags and references belong to whoever owns `struct page`, and
 * are asked for through `SwapCachePages`. While a page is inserted its slot's HAS_CACHE bit is set
 * before the page is here, and while it is removed the bit is cleared after the page is gone.
 */
import { Errno, hex, type Pfn, type SwpEntry } from "@forkpath/abi";
import { InvariantError, type Sync } from "@forkpath/sync";
import { pageSwapcount, swapcacheFree } from "./free.ts";
import type { SwapState } from "./state.ts";

/** What the swap cache asks of the pages in it. */
export interface SwapCachePages {
  /** Takes a reference. */
  get(page: Pfn): void;
  /** Drops a reference. */
  put(page: Pfn): void;
  /** Locks the page if nobody holds its lock. */
  tryLock(page: Pfn): boolean;
  /** Unlocks the page. */
  unlock(page: Pfn): void;
  /** Whether it is a page of KSM. */
  isKsm(page: Pfn): boolean;
  /** Whether its flag says that it is in the swap cache. */
  isSwapCache(page: Pfn): boolean;
  /** Whether it is being written out. */
  isWriteback(page: Pfn): boolean;
  /** PTEs that map the page. */
  mapcount(page: Pfn): number;
  /** Entry of a swap-cache page. */
  swapEntry(page: Pfn): SwpEntry;
  /** Marks the page as newer than its slot. */
  setDirty(page: Pfn): void;
  /** The page has left the cache: clears its flag and drops the cache's reference. */
  leaveSwapCache(page: Pfn): void;
}

/**
 * Puts `page` in the cache; the entry's HAS_CACHE bit is set already. The page's flag and the
 * cache's reference are the caller's business.
 * @returns 0, or −EEXIST when another page is there
 * @kernel add_to_swap_cache in mm/swap_state.c
 * @deviates Needs no memory for the tree, so it never fails with −ENOMEM.
 * @example
 * ```ts
 * import { pfn } from "@forkpath/abi";
 * import { addSwapArea, addToSwapCache, createSwap, getSwapPage } from "@forkpath/swap";
 * import { createSync } from "@forkpath/sync";
 * const swap = createSwap();
 * addSwapArea(swap, { max: 8192 });
 * const entry = getSwapPage(createSync(), swap);
 * console.log(addToSwapCache(swap, entry, pfn(0x1234)), swap.cache.get(entry)); // 0 4660
 * ```
 */
export function addToSwapCache(swap: SwapState, entry: SwpEntry, page: Pfn): number {
  if (swap.cache.has(entry)) return -Errno.EEXIST;
  swap.cache.set(entry, page);
  return 0;
}

/**
 * Takes the entry's page out, and then gives the cache's hold on the slot back. The page's flag and
 * the cache's reference are the caller's business.
 * @returns the page
 * @throws InvariantError when the cache has no page for `entry`
 * @kernel delete_from_swap_cache in mm/swap_state.c
 */
export function deleteFromSwapCache(sync: Sync, swap: SwapState, entry: SwpEntry): Pfn {
  const page = swap.cache.get(entry);
  if (page === undefined) {
    throw new InvariantError("swap-cache", `no page is cached for entry ${hex(entry)}`);
  }
  swap.cache.delete(entry);
  swapcacheFree(sync, swap, entry);
  return page;
}

/**
 * The page that holds the slot's contents, if there is one. No reference is taken.
 * @kernel lookup_swap_cache in mm/swap_state.c
 */
export const cachedPageOf = (swap: SwapState, entry: SwpEntry): Pfn | undefined =>
  swap.cache.get(entry);

/**
 * Takes a page that nothing needs the slot for out of the cache. It becomes dirty: its contents
 * are nowhere else now. Needs the page's lock.
 * @kernel delete_from_swap_cache and SetPageDirty in mm/swapfile.c
 */
export function dropFromSwapCache(
  sync: Sync,
  swap: SwapState,
  page: Pfn,
  pages: SwapCachePages,
): void {
  deleteFromSwapCache(sync, swap, pages.swapEntry(page));
  pages.leaveSwapCache(page);
  pages.setDirty(page);
}

/**
 * May a write fault write to the locked page in place? If its last user asks, the page leaves the
 * swap cache, unless it is under writeback: then it is reused and stays cached.
 * Pins are not looked at (D13).
 * @kernel reuse_swap_page in mm/swapfile.c
 */
export function reuseCachedPage(
  sync: Sync,
  swap: SwapState,
  page: Pfn,
  pages: SwapCachePages,
): boolean {
  if (pages.isKsm(page)) return false;
  let users = pages.mapcount(page);
  if (users <= 1 && pages.isSwapCache(page)) {
    users += pageSwapcount(sync, swap, pages.swapEntry(page));
    if (users === 1 && !pages.isWriteback(page)) dropFromSwapCache(sync, swap, page, pages);
  }
  return users <= 1;
}

/**
 * Gives the slot of a locked page back, if no PTE names it any more.
 * @returns whether the page left the swap cache
 * @kernel try_to_free_swap in mm/swapfile.c
 * @deviates Hibernation, which forbids this, is not modelled.
 */
export function tryToFreeSlot(
  sync: Sync,
  swap: SwapState,
  page: Pfn,
  pages: SwapCachePages,
): boolean {
  if (!pages.isSwapCache(page) || pages.isWriteback(page)) return false;
  if (pageSwapcount(sync, swap, pages.swapEntry(page)) !== 0) return false;
  dropFromSwapCache(sync, swap, page, pages);
  return true;
}
