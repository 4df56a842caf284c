/**
 * Pages in the swap cache: in, out, and may their slot go (SPEC §3.5, §3.6/1).
 *
 *    byte   page           what it means
 *    0x40   in cache       the slot is taken, no entry names it yet, or no longer
 *    0x42   in cache       two entries name the slot; the page need not be read
 *    0x02   none           only the disk has it
 *
 * A swap-cache page keeps its anon tag; the cache holds one reference to it.
 */
import { hex, type Pfn, type SwpEntry } from "@forkpath/abi";
import { getPage, NO_PFN, PageFlag, pageMapped } from "@forkpath/rmap";
import {
  addToSwapCache,
  cachedPageOf,
  deleteFromSwapCache as deleteEntry,
  entryOfPte,
  getSwapPage,
  NO_ENTRY,
  reuseCachedPage,
  tryToFreeSlot,
} from "@forkpath/swap";
import { invariant } from "@forkpath/sync";
import type { MmEnv } from "../types.ts";
import { trylockPage, unlockPage } from "./lock.ts";
import { setPageDirty } from "./state.ts";
import { swapCachePages } from "./swap-cache-pages.ts";

/** @kernel PageSwapCache in include/linux/page-flags.h */
export const isPageSwapCache = ({ map }: MmEnv, pfn: Pfn): boolean =>
  (map.flags[pfn] & PageFlag.SWAPCACHE) !== 0;

/**
 * The entry of a swap-cache page, NO_ENTRY for any other page.
 * @kernel page_private of a swap-cache page
 */
export const swapEntryOfPage = ({ swapEntryOf }: MmEnv, pfn: Pfn): SwpEntry =>
  swapEntryOf.get(pfn) ?? NO_ENTRY;

/**
 * Takes a slot for a locked page and puts the page in the cache, dirty: the slot holds nothing yet.
 * @returns false when every area is full
 * @kernel add_to_swap in mm/swap_state.c
 * @deviates Takes no huge page: the caller has split it, since that can wait.
 */
export function addToSwap(env: MmEnv, pfn: Pfn): boolean {
  const entry = getSwapPage(env.sync, env.swap);
  if (entry === NO_ENTRY) return false;
  enterSwapCache(env, entry, pfn);
  setPageDirty(env, pfn);
  return true;
}

/**
 * Puts a locked page in the cache under an entry whose HAS_CACHE bit is set already.
 * @throws InvariantError when another page is there, which the bit should have kept out
 * @kernel add_to_swap_cache in mm/swap_state.c
 */
export function enterSwapCache(env: MmEnv, entry: SwpEntry, pfn: Pfn): void {
  const status = addToSwapCache(env.swap, entry, pfn);
  invariant(status === 0, "swap-cache-taken", `entry ${hex(entry)}, page ${pfn}`);
  getPage(env.map, pfn);
  env.map.flags[pfn] |= PageFlag.SWAPCACHE;
  env.swapEntryOf.set(pfn, entry);
}

/**
 * Takes a locked page out, and drops the cache's reference to it.
 * @throws InvariantError when the page is not in the cache
 * @kernel delete_from_swap_cache in mm/swap_state.c
 */
export function deleteFromSwapCache(env: MmEnv, pfn: Pfn): void {
  deleteEntry(env.sync, env.swap, swapEntryOfPage(env, pfn));
  swapCachePages(env).leaveSwapCache(pfn);
}

/**
 * The page that holds what a PTE's slot holds, with a reference for the caller; NO_PFN if none.
 * @kernel lookup_swap_cache in mm/swap_state.c
 */
export function lookupSwapCache(env: MmEnv, low: number, high: number): Pfn {
  const pfn = cachedPageOf(env.swap, entryOfPte(low, high));
  if (pfn === undefined) return NO_PFN;
  getPage(env.map, pfn);
  return pfn;
}

/**
 * Lets go of the slot of a page that was just unmapped, if that can be done without waiting.
 * @kernel free_swap_cache in mm/swap_state.c
 */
export function freeSwapCache(env: MmEnv, pfn: Pfn): void {
  if (!isPageSwapCache(env, pfn) || pageMapped(env.map, pfn) || !trylockPage(env, pfn)) return;
  tryToFreeSwap(env, pfn);
  unlockPage(env, pfn);
}

/**
 * May a write fault write to the locked page in place? Counts entries and slot, not pins (D13).
 * @kernel reuse_swap_page in mm/swapfile.c
 */
export const reuseSwapPage = (env: MmEnv, pfn: Pfn): boolean =>
  reuseCachedPage(env.sync, env.swap, pfn, swapCachePages(env));

/**
 * Gives the slot of a locked page back, unless some entry names it or it is under writeback.
 * @returns whether the page left the cache; it is dirty then
 * @kernel try_to_free_swap in mm/swapfile.c
 */
export const tryToFreeSwap = (env: MmEnv, pfn: Pfn): boolean =>
  tryToFreeSlot(env.sync, env.swap, pfn, swapCachePages(env));
