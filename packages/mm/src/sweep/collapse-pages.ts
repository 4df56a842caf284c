/**
 * The small pages of a collapse: taken off their lists all together, then given up one by one.
 *
 *    entry                                    may be collapsed
 *    none                                     yes, but not 512 of them
 *    page, writable, held by this entry only  yes
 *    read-only; zero page; pinned; shared;    no: nobody is, who could not be told of the move
 *    in swap cache; locked; on no list
 *    swapped, migrating, poisoned             no
 *
 * One of the pages has to be young: memory that nobody uses is not worth 2 MiB.
 */
import { PAGE_SIZE, type Pfn, PTRS_PER_TABLE } from "@forkpath/abi";
import {
  clearPte,
  isPteNone,
  isPtePresent,
  isPteWrite,
  isPteYoung,
  pfnAt,
  pteHigh,
  pteLow,
  ptePfn,
  ptlOf,
} from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  NO_PFN,
  NormalPage,
  PageFlag,
  pageRemoveRmap,
  vmNormalPage,
} from "@forkpath/rmap";
import { holding, invariant, type KernelThread, stopAt } from "@forkpath/sync";
import { addAnonRss } from "../huge/page.ts";
import { entryTerms } from "../machine/hold-terms.ts";
import { entryPoint, releasePoint } from "../machine/memory-point.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtPage } from "../machine/memory-stop.ts";
import { isolateLruPage, putbackLruPage } from "../page/isolate-lru.ts";
import { trylockPage, unlockPage } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import { freeSwapCache } from "../page/swap-cache.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/** @kernel khugepaged_max_ptes_none in mm/huge_memory.c */
const MAX_PTES_NONE = HPAGE_PMD_NR - 1;

/**
 * Locks and isolates every page that the table `row` maps. Nobody else finds the table any more.
 * @returns false, with none isolated, when one of them is in the way or none is in use
 * @kernel __collapse_huge_page_isolate in mm/huge_memory.c
 */
export function isolateSmallPages(env: MmEnv, vma: Vma, row: number): KernelThread<boolean> {
  const ptl = ptlOf(env.tables, vma.mm, row);
  const isolate = memoryStep(env, () => isolateAll(env, vma, row * PTRS_PER_TABLE));
  return holding(env.sync, ptl, "__collapse_huge_page_isolate", isolate);
}

function isolateAll(env: MmEnv, vma: Vma, first: number): boolean {
  const isolated: Pfn[] = [];
  let isReferenced = false;
  let noneCount = 0;
  for (let cell = first; cell < first + PTRS_PER_TABLE; cell++) {
    const low = pteLow(env.tables, cell);
    if (isPteNone(low, pteHigh(env.tables, cell)) && ++noneCount <= MAX_PTES_NONE) continue;
    const page = collapsiblePage(env, vma, cell);
    if (page === NO_PFN || !lockAndIsolate(env, page)) {
      for (const one of isolated) release(env, one);
      return false;
    }
    isolated.push(page);
    isReferenced ||= isPteYoung(low) || (env.map.flags[page] & PageFlag.REFERENCED) !== 0;
  }
  if (!isReferenced) for (const one of isolated) release(env, one);
  return isReferenced;
}

/** The page that the entry maps and nobody else holds, or NO_PFN. */
function collapsiblePage({ tables, map }: MmEnv, vma: Vma, cell: number): Pfn {
  const low = pteLow(tables, cell);
  const page = pfnAt(tables, cell);
  if (!isPtePresent(low) || !isPteWrite(low)) return NO_PFN;
  if (vmNormalPage(map, vma.flags, low, page) !== NormalPage.NORMAL) return NO_PFN;
  invariant(isPageAnon(map, page), "anon-page-in-anon-vma", `collapse finds page ${page}`);
  return map.count[page] === 1 ? page : NO_PFN;
}

function lockAndIsolate(env: MmEnv, page: Pfn): boolean {
  if (!trylockPage(env, page)) return false;
  if (isolateLruPage(env, page)) return true;
  unlockPage(env, page);
  return false;
}

/** @kernel release_pte_page in mm/huge_memory.c */
function release(env: MmEnv, page: Pfn): void {
  unlockPage(env, page);
  putbackLruPage(env, page);
}

/**
 * Empties the table: what its entries map goes into the huge page, and a none entry becomes part of
 * it too. Requires that the pages are isolated. Counts without the lock that guards the counter
 * where page tables share one (D2).
 * @param start byte address of what its first entry maps
 * @kernel __collapse_huge_page_copy in mm/huge_memory.c
 */
export function* copyIntoHugePage(
  env: MmEnv,
  mm: MmStruct,
  row: number,
  start: number,
): KernelThread<void> {
  const { tables } = env;
  const first = row * PTRS_PER_TABLE;
  for (let cell = first; cell < first + PTRS_PER_TABLE; cell++) {
    const low = pteLow(tables, cell);
    const high = pteHigh(tables, cell);
    const addr = start + (cell - first) * PAGE_SIZE;
    if (!isPteNone(low, high)) yield* giveUpPage(env, mm, addr, cell, ptePfn(low, high));
    else yield* addAnonRss(env, mm, 1);
  }
}

/** The page is on its list again before its entry goes, so reclaim may have it in hand by now. */
function* giveUpPage(
  env: MmEnv,
  mm: MmStruct,
  addr: number,
  cell: number,
  page: Pfn,
): KernelThread<void> {
  const { sync, tables } = env;
  const ptl = ptlOf(tables, mm, Math.floor(cell / PTRS_PER_TABLE));
  yield* stopAtPage(env, page);
  release(env, page);
  const unmap = memoryStep(
    env,
    () => {
      clearPte(tables, cell);
      pageRemoveRmap(env.map, page);
    },
    () => entryPoint(env, mm, addr, page),
  );
  const terms = sync.interleaved ? entryTerms(mm, addr, page) : null;
  yield* holding(sync, ptl, "__collapse_huge_page_copy", unmap, 0, terms);
  if (sync.interleaved) yield* stopAt(sync, releasePoint(env, [page]));
  freeSwapCache(env, page);
  dropPage(env, page);
}
