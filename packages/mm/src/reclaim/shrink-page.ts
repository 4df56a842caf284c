/**
 * Reclaim of one page (SPEC §3.6): out of the page tables, out to disk, out of the cache.
 *
 *    step             byte    entry     count                 anon counters
 *    mapped           -       W         1 entry + 1 isolated  A
 *    add_to_swap      0x40    W         3                     A
 *    try_to_unmap     0x41    s         2                     A−1, S+1
 *    pageout          0x41    s         2
 *    remove_mapping   0x01    s         free
 *
 * Where a step fails the page stays as that step left it: in the swap cache, or unmapped.
 */
import type { Pfn } from "@forkpath/abi";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  isPageHuge,
  isPageKsm,
  isPageLarge,
  largeFolioOf,
  PageFlag,
  pageMapped,
} from "@forkpath/rmap";
import { isFolioMappedWhole } from "@forkpath/rmap/internal";
import { type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import { splitHugePage } from "../huge/split.ts";
import { splitFolio } from "../huge/split-folio.ts";
import { releasePoint } from "../machine/memory-point.ts";
import { stopAtPage, stopAtSlots } from "../machine/memory-stop.ts";
import { isPageWriteback, swapWritepage } from "../page/io.ts";
import { isolateLruPage, putbackLruPage } from "../page/isolate-lru.ts";
import { trylockPage, unlockPage } from "../page/lock.ts";
import { leaveCachePoint, pageFile, removeFromPageCache } from "../page/page-cache.ts";
import { shmemWritepage } from "../page/shmem.ts";
import { dropPage } from "../page/state.ts";
import { addToSwap, deleteFromSwapCache, isPageSwapCache } from "../page/swap-cache.ts";
import type { MmEnv } from "../types.ts";
import { SwapResult } from "./rmap-walk.ts";
import { tryToUnmap } from "./try-to-unmap.ts";
import type { TtuFlags } from "./try-to-unmap-one.ts";

/** What became of a page that reclaim looked at. */
export const ShrinkResult = {
  /** It is gone from memory. */
  FREED: "freed",
  /** Somebody uses it, or it cannot be reclaimed. */
  KEPT: "kept",
  /** It was used a moment ago, or swap is full: back to the active list. */
  ACTIVATED: "activated",
  /** A locked vma maps it. */
  MLOCKED: "mlocked",
} as const;
export type ShrinkResult = (typeof ShrinkResult)[keyof typeof ShrinkResult];

/** References of a page that can be freed: its cache's, and ours. */
const IDLE_COUNT = 2;

/**
 * Reclaims one page, if it can be done.
 * @param flags what stops the unmapping; reclaim itself ignores nothing
 * @kernel shrink_page_list in mm/vmscan.c: one turn of its loop
 * @deviates Asks for recent use only entry by entry, while unmapping: page_referenced is left out.
 */
export function* shrinkPage(env: MmEnv, pfn: Pfn, flags: TtuFlags): KernelThread<ShrinkResult> {
  yield* stopAtSlots(env, pfn);
  if (!isolateLruPage(env, pfn)) return ShrinkResult.KEPT;
  if (!trylockPage(env, pfn)) {
    putbackLruPage(env, pfn);
    return ShrinkResult.KEPT;
  }
  const result = yield* shrinkLockedPage(env, pfn, flags);
  if (result === ShrinkResult.FREED) return result;
  if (result === ShrinkResult.ACTIVATED) env.map.flags[pfn] |= PageFlag.ACTIVE;
  putbackLruPage(env, pfn);
  return result;
}

/** Unlocks the page, or frees it. */
function* shrinkLockedPage(env: MmEnv, pfn: Pfn, flags: TtuFlags): KernelThread<ShrinkResult> {
  const refusal = yield* unmapPage(env, pfn, flags);
  if (stopsHere(env.sync)) yield* stopAt(env.sync, releasePoint(env, [pfn]));
  if (refusal !== null) {
    unlockPage(env, pfn);
    return refusal;
  }
  if (env.map.flags[pfn] & PageFlag.DIRTY) {
    const isKept = flags.keepsDirtyFiles && pageFile(env, pfn)?.isShmem === false;
    if (isKept) unlockPage(env, pfn);
    const kept = isKept ? ShrinkResult.ACTIVATED : yield* pageout(env, pfn);
    if (kept !== null) return kept;
  }
  if (env.sync.interleaved) yield* stopAt(env.sync, leaveCachePoint(env, pfn));
  if (removeMapping(env, pfn)) return ShrinkResult.FREED;
  unlockPage(env, pfn);
  return ShrinkResult.KEPT;
}

/** @returns null when no entry maps the page any more and some cache has it; else why it stays */
function* unmapPage(env: MmEnv, pfn: Pfn, flags: TtuFlags): KernelThread<ShrinkResult | null> {
  const { map } = env;
  if (map.flags[pfn] & PageFlag.MLOCKED && !flags.ignoreMlock) return ShrinkResult.MLOCKED;
  if (isPageWriteback(env, pfn) || isPageKsm(map, pfn)) return ShrinkResult.KEPT;
  const isAnon = isPageAnon(map, pfn);
  const isCached = isPageSwapCache(env, pfn) || pageFile(env, pfn) !== undefined;
  if (!isAnon && !isCached) return ShrinkResult.KEPT;
  if (isPageHuge(map, pfn) && !(yield* splitForSwap(env, pfn))) return ShrinkResult.ACTIVATED;
  const isLazyfree = isAnon && (map.flags[pfn] & PageFlag.SWAPBACKED) === 0;
  if (isAnon && !isLazyfree && !isPageSwapCache(env, pfn) && !addToSwap(env, pfn)) {
    return ShrinkResult.ACTIVATED;
  }
  if (!pageMapped(map, pfn)) return null;
  switch (yield* tryToUnmap(env, pfn, flags)) {
    case SwapResult.SUCCESS:
      return null;
    case SwapResult.MLOCK:
      return ShrinkResult.MLOCKED;
    case SwapResult.FAIL:
      return ShrinkResult.ACTIVATED;
    default:
      return ShrinkResult.KEPT;
  }
}

/**
 * A large folio that is mapped whole goes to swap as one: here in parts, zeroes among them. One
 * that is not, or that swap has no room for, is split before, and its zeroes stay behind.
 * @kernel folio_alloc_swap, and the split before it, in shrink_folio_list of mm/vmscan.c
 */
function* splitForSwap(env: MmEnv, pfn: Pfn): KernelThread<boolean> {
  if (!isPageLarge(env.map, pfn)) return yield* splitHugePage(env, pfn);
  const isWhole = isFolioMappedWhole(env.map, largeFolioOf(env.map, pfn));
  const hasRoom = env.swap.nrSwapPages >= HPAGE_PMD_NR;
  const dropsZeroes = env.rules.huge.dropsZeroes && !(isWhole && hasRoom);
  return yield* splitFolio(env, pfn, dropsZeroes);
}

/**
 * Writes a dirty page out.
 * @returns null with the page clean and locked again; else why it stays, with the page unlocked
 * @kernel pageout in mm/vmscan.c
 */
function* pageout(env: MmEnv, pfn: Pfn): KernelThread<ShrinkResult | null> {
  const { map } = env;
  if (map.count[pfn] !== IDLE_COUNT) {
    unlockPage(env, pfn);
    return ShrinkResult.KEPT;
  }
  if (!(yield* writepage(env, pfn))) {
    unlockPage(env, pfn);
    return ShrinkResult.ACTIVATED;
  }
  if (!trylockPage(env, pfn)) return ShrinkResult.KEPT;
  if ((map.flags[pfn] & (PageFlag.DIRTY | PageFlag.WRITEBACK)) === 0) return null;
  unlockPage(env, pfn);
  return ShrinkResult.KEPT;
}

/**
 * To the page's slot, to its file, or of shmem to a slot that is taken now.
 * @returns false, with the page still locked, when shmem finds no slot
 * @kernel writepage of the page's address space
 */
function* writepage(env: MmEnv, pfn: Pfn): KernelThread<boolean> {
  const file = pageFile(env, pfn);
  if (file?.isShmem) return yield* shmemWritepage(env, file, pfn);
  if (file === undefined) yield* swapWritepage(env, pfn);
  else yield* writeFilePage(env, pfn);
  return true;
}

/** @kernel the writepage of a file system */
function* writeFilePage(env: MmEnv, pfn: Pfn): KernelThread<void> {
  env.map.flags[pfn] &= ~PageFlag.DIRTY;
  unlockPage(env, pfn);
  yield* stopAtPage(env, pfn);
}

/**
 * Takes a locked, clean page out of its cache and frees it, if nobody else holds it: in one step,
 * since the kernel freezes the count meanwhile.
 * @kernel remove_mapping in mm/vmscan.c
 */
function removeMapping(env: MmEnv, pfn: Pfn): boolean {
  const { map } = env;
  if (isPageAnon(map, pfn) && !isPageSwapCache(env, pfn)) return freeLazyfree(env, pfn);
  if (map.count[pfn] !== IDLE_COUNT || map.flags[pfn] & PageFlag.DIRTY) return false;
  const file = pageFile(env, pfn);
  if (file !== undefined) removeFromPageCache(env, file, map.index[pfn]);
  else deleteFromSwapCache(env, pfn);
  dropPage(env, pfn); // ours was the last, and the lock goes with the page
  return true;
}

/** A page that MADV_FREE gave up is in no cache, and ours is its last reference. */
function freeLazyfree(env: MmEnv, pfn: Pfn): boolean {
  if (env.map.count[pfn] !== 1) return false;
  dropPage(env, pfn);
  return true;
}
