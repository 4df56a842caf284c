/**
 * MADV_COLD and MADV_PAGEOUT: pages that nobody else maps get old, or go to swap at once (L22).
 *
 *    page                          COLD        PAGEOUT
 *    mapped by this entry alone    old         out: to swap, or out of the cache; before 6.9, old
 *    mapped by others too          stays       stays
 */
import { Errno, type Pfn, VmFlag } from "@forkpath/abi";
import {
  isPtePresent,
  pfnAt,
  pteHigh,
  pteLow,
  pteMkold,
  setPte,
  testAndClearYoung,
} from "@forkpath/page-table";
import { HPAGE_PMD_NR, NormalPage, PageFlag, pageMapcount, vmNormalPage } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { isHugePageShared } from "../huge/folio-owner.ts";
import { hugePmdPfn, isHugeZeroPmd } from "../machine/huge-pmd.ts";
import { lruAddDrainSteps } from "../page/lru-batch.ts";
import { shrinkPage } from "../reclaim/shrink-page.ts";
import { TtuAction } from "../reclaim/try-to-unmap-one.ts";
import type { MmEnv, Vma } from "../types.ts";
import { adviseEntries } from "./advise-entries.ts";
import { isLeft, splitPartialFolios } from "./split-partial.ts";

const WHERE = "madvise_cold_or_pageout_pte_range";

/**
 * @returns 0, or -EINVAL for memory that is locked or a driver's
 * @kernel madvise_cold, madvise_pageout in mm/madvise.c
 * @deviates May the caller see what is in the page cache? It always may.
 */
export function* madvisePageout(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
  isPageout: boolean,
): KernelThread<number> {
  if (vma.flags & (VmFlag.LOCKED | VmFlag.PFNMAP | VmFlag.HUGETLB)) return -Errno.EINVAL;
  yield* lruAddDrainSteps(env);
  const pages: Pfn[] = [];
  const losesYoung = !isPageout || env.rules.pageoutMakesOld;
  const left = yield* splitPartialFolios(env, vma, start, end);
  const advise = (cell: number): void => {
    const low = pteLow(env.tables, cell);
    if (isLeft(env, left, low, pteHigh(env.tables, cell))) return;
    const page = makeOld(env, vma, cell, losesYoung);
    if (page !== null && isPageout) pages.push(page);
  };
  const makeHugeOld = (pmd: number, isWhole: boolean): boolean =>
    env.rules.huge.isLarge && makeOldHuge(env, vma, pmd, isWhole && !isPageout);
  yield* adviseEntries(env, vma, start, end, WHERE, advise, makeHugeOld);
  for (const page of pages) yield* shrinkPage(env, page, PAGEOUT_FLAGS);
  return 0;
}

const PAGEOUT_FLAGS = {
  action: TtuAction.UNMAP,
  ignoreMlock: false,
  ignoreAccess: true,
  ignoreHwpoison: false,
  keepsDirtyFiles: true,
} as const;

/**
 * A huge page that nobody else maps gets old as a whole; one that another process maps, too, stays
 * as it is.
 * @param isKept whether it may stay one
 * @returns whether it does
 */
function makeOldHuge(env: MmEnv, vma: Vma, pmd: number, isKept: boolean): boolean {
  const { tables, map } = env;
  const head = hugePmdPfn(env, pmd);
  if (isHugeZeroPmd(env, pmd) || isHugePageShared(env, vma.mm, head)) return true;
  if (!isKept) return false;
  setPte(tables, pmd, pteMkold(pteLow(tables, pmd)), pteHigh(tables, pmd));
  for (let page: number = head; page < head + HPAGE_PMD_NR; page++) {
    map.flags[page] &= ~(PageFlag.REFERENCED | PageFlag.ACTIVE);
  }
  return true;
}

/** @returns the page of the entry, if nobody else maps it and it may go */
function makeOld(env: MmEnv, vma: Vma, cell: number, losesYoung: boolean): Pfn | null {
  const { tables, map } = env;
  const low = pteLow(tables, cell);
  if (!isPtePresent(low)) return null;
  const page = pfnAt(tables, cell);
  if (vmNormalPage(map, vma.flags, low, page) !== NormalPage.NORMAL) return null;
  if (pageMapcount(map, page) !== 1) return null;
  if (losesYoung) testAndClearYoung(tables, cell);
  map.flags[page] &= ~(PageFlag.REFERENCED | PageFlag.ACTIVE);
  return page;
}
