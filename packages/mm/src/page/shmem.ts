/**
 * Shared memory has no disk but swap: what becomes of its pages beside the page cache (SPEC §3.10).
 *
 *    where the page is      slot's byte   found by
 *    page cache             -             the file's `pages`
 *    being written          0xff          the file's `swapped`, and the swap cache
 *    swap                   0xbf          the file's `swapped`
 *
 * No entry ever names the slot, so fork copies none, and no address space counts it as swap. What
 * was promised for the page stays promised.
 */
import type { Pfn, SwpEntry } from "@forkpath/abi";
import {
  entryPteHigh,
  entryPteLow,
  freeSwapAndCache,
  getSwapPage,
  NO_ENTRY,
  swapFree,
  swapShmemAlloc,
} from "@forkpath/swap";
import { invariant, type KernelThread } from "@forkpath/sync";
import { stopAtSlots } from "../machine/memory-stop.ts";
import { shmemUnacctBlock } from "../machine/shmem-charge.ts";
import type { MappedFile, MmEnv } from "../types.ts";
import { swapWritepage } from "./io.ts";
import { addToPageCache } from "./page-cache.ts";
import { dropPage, setPageDirty } from "./state.ts";
import {
  deleteFromSwapCache,
  enterSwapCache,
  isPageSwapCache,
  swapEntryOfPage,
} from "./swap-cache.ts";
import { swapCachePages } from "./swap-cache-pages.ts";

/**
 * Gives a dirty page of the file, locked and mapped by nobody, a slot, and writes it there.
 * @returns false with the page locked, dirty and in the page cache, when every area is full; else
 *   the page is unlocked
 * @kernel shmem_writepage in mm/shmem.c
 */
export function* shmemWritepage(env: MmEnv, file: MappedFile, pfn: Pfn): KernelThread<boolean> {
  const { sync, swap, map } = env;
  yield* stopAtSlots(env, pfn);
  const entry = getSwapPage(sync, swap);
  if (entry === NO_ENTRY) return false;
  const pgoff = map.index[pfn];
  enterSwapCache(env, entry, pfn);
  file.pages.delete(pgoff);
  file.swapped.set(pgoff, entry);
  map.mapping[pfn] = 0;
  const status = swapShmemAlloc(sync, swap, entry);
  invariant(status === 0, "shmem-slot", `page ${pgoff} of ${file.path}`);
  dropPage(env, pfn); // the page cache's reference
  setPageDirty(env, pfn);
  yield* swapWritepage(env, pfn);
  return true;
}

/**
 * Puts a page, locked and in the swap cache, back into the page cache, if `entry` still is where
 * page `pgoff` of the file is. The slot is given back: what it holds is old from now on.
 * @returns whether the page is in the page cache
 * @kernel the swap-in part of shmem_getpage, and shmem_unuse_inode, in mm/shmem.c
 */
export function shmemTakeBack(
  env: MmEnv,
  file: MappedFile,
  pgoff: number,
  entry: SwpEntry,
  pfn: Pfn,
): boolean {
  const isCached = isPageSwapCache(env, pfn) && swapEntryOfPage(env, pfn) === entry;
  if (!isCached || file.swapped.get(pgoff) !== entry) return false;
  deleteFromSwapCache(env, pfn);
  file.swapped.delete(pgoff);
  addToPageCache(env, file, pgoff, pfn);
  setPageDirty(env, pfn);
  swapFree(env.sync, env.swap, entryPteLow(entry), entryPteHigh(entry));
  return true;
}

/**
 * Looks through the files for the one that the slot belongs to, and gives it the locked page back.
 * @returns whether there is one
 * @kernel shmem_unuse in mm/shmem.c
 */
export function shmemUnuse(env: MmEnv, entry: SwpEntry, pfn: Pfn): boolean {
  for (const file of env.files.values()) {
    for (const [pgoff, slot] of file.swapped) {
      if (slot === entry) return shmemTakeBack(env, file, pgoff, entry, pfn);
    }
  }
  return false;
}

/**
 * Gives the slots of all pages from `firstPgoff` to before `endPgoff` back, and their charge.
 * @kernel shmem_truncate_range in mm/shmem.c
 */
export function shmemTruncateSwap(
  env: MmEnv,
  file: MappedFile,
  firstPgoff: number,
  endPgoff: number = Number.POSITIVE_INFINITY,
): void {
  for (const [pgoff, entry] of file.swapped) {
    if (pgoff < firstPgoff || pgoff >= endPgoff) continue;
    file.swapped.delete(pgoff);
    const pages = swapCachePages(env);
    freeSwapAndCache(env.sync, env.swap, entryPteLow(entry), entryPteHigh(entry), pages);
    shmemUnacctBlock(env, file);
  }
}
