/**
 * MADV_FREE: pages of anonymous memory may be taken without a write, until they are written to
 * again (L22/3).
 *
 *    entry                            becomes
 *    swapped                          none; swap −1, slot −1
 *    present, clean or its own        clean and old, writable as it was; the page is lazyfree
 *    present, dirty or cached, and    stays
 *    mapped more than once
 *    zero page, marker                stays
 *
 * No counter of pages moves until reclaim takes them: that throws them away, and they count no
 * swap.
 */
import { Errno, pfn as toPfn, VmFlag } from "@forkpath/abi";
import { addMmCounterFast, MmCounter, updateHiwaterRss } from "@forkpath/counters";
import {
  clearPte,
  isPteNone,
  isPtePresent,
  pteHigh,
  pteLow,
  pteMkclean,
  pteMkold,
  ptePfn,
  setPte,
} from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  isPageLarge,
  NormalPage,
  PageFlag,
  pageMapcount,
  vmNormalPage,
} from "@forkpath/rmap";
import { freeSwapAndCache, isNonSwapEntry } from "@forkpath/swap";
import type { KernelThread } from "@forkpath/sync";
import { isHugePageShared } from "../huge/folio-owner.ts";
import { hugePmdPfn, isHugeZeroPmd } from "../machine/huge-pmd.ts";
import { isPageLocked } from "../page/lock.ts";
import { lruAddDrainSteps, lruLazyfree } from "../page/lru-batch.ts";
import { tryToFreeSwap } from "../page/swap-cache.ts";
import { swapCachePages } from "../page/swap-cache-pages.ts";
import type { MmEnv, Vma } from "../types.ts";
import { adviseEntries } from "./advise-entries.ts";
import { isLeft, splitPartialFolios } from "./split-partial.ts";

const WHERE = "madvise_free_pte_range";

/**
 * @returns 0, or -EINVAL for memory that is not private, or locked
 * @kernel madvise_free_single_vma in mm/madvise.c
 */
export function* madviseFree(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  if (vma.ops?.fault !== undefined || vma.file !== null) return -Errno.EINVAL;
  if (vma.flags & (VmFlag.LOCKED | VmFlag.PFNMAP | VmFlag.HUGETLB)) return -Errno.EINVAL;
  yield* lruAddDrainSteps(env);
  yield* updateHiwaterRss(env.sync, vma.mm.counters);
  let swapped = 0;
  const left = yield* splitPartialFolios(env, vma, start, end);
  const free = (cell: number): void => {
    const low = pteLow(env.tables, cell);
    const high = pteHigh(env.tables, cell);
    if (isPteNone(low, high)) return;
    if (isLeft(env, left, low, high)) return;
    if (isPtePresent(low)) freePresent(env, vma, cell, low, high);
    else if (freeSwapped(env, cell, low, high)) swapped++;
  };
  yield* adviseEntries(env, vma, start, end, WHERE, free, (pmd, isWhole) =>
    freeHugePmd(env, vma, pmd, isWhole),
  );
  if (swapped > 0) {
    yield* addMmCounterFast(env.sync, vma.mm.counters, MmCounter.SWAP_USAGE, -swapped);
  }
  return 0;
}

/**
 * One that another process maps, too, stays as it is; else one is cut that the range has a part of.
 * @returns true: the huge page stays one, clean from now on if nobody else maps it
 * @kernel madvise_free_huge_pmd in mm/huge_memory.c
 */
function freeHugePmd(env: MmEnv, vma: Vma, pmd: number, isWhole: boolean): boolean {
  const { map, tables } = env;
  const head = hugePmdPfn(env, pmd);
  if (!isPageLarge(map, head)) return isHugeZeroPmd(env, pmd);
  if (isHugePageShared(env, vma.mm, head)) return true;
  if (!isWhole) return false;
  setPte(tables, pmd, pteMkclean(pteMkold(pteLow(tables, pmd))), pteHigh(tables, pmd));
  for (let page: number = head; page < head + HPAGE_PMD_NR; page++) {
    map.flags[page] &= ~PageFlag.DIRTY;
    lruLazyfree(env, toPfn(page));
  }
  return true;
}

/** @returns whether a slot was given back */
function freeSwapped(env: MmEnv, cell: number, low: number, high: number): boolean {
  if (isNonSwapEntry(low)) return false;
  freeSwapAndCache(env.sync, env.swap, low, high, swapCachePages(env));
  clearPte(env.tables, cell);
  return true;
}

function freePresent(env: MmEnv, vma: Vma, cell: number, low: number, high: number): void {
  const { map } = env;
  const page = ptePfn(low, high);
  if (vmNormalPage(map, vma.flags, low, page) !== NormalPage.NORMAL) return;
  if (map.flags[page] & (PageFlag.SWAPCACHE | PageFlag.DIRTY)) {
    if (isPageLocked(env, page) || pageMapcount(map, page) !== 1) return;
    if (map.flags[page] & PageFlag.SWAPCACHE && !tryToFreeSwap(env, page)) return;
    map.flags[page] &= ~PageFlag.DIRTY;
  }
  setPte(env.tables, cell, pteMkclean(pteMkold(low)), high);
  lruLazyfree(env, page);
}
