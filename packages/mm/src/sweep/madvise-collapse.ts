/**
 * MADV_COLLAPSE: the caller asks for huge pages, and gets them at once (M24/9, L24/21).
 *
 *    entry                           in the huge page
 *    none, zero page                 zeroes: A +1
 *    page, others may map it too     a copy; this entry lets go of it
 *    swapped                         comes in first
 *    pinned, marker, poison          nothing is collapsed
 *
 * What the others map stays as it was, in small pages.
 */
import {
  Errno,
  type Pfn,
  PMD_SIZE,
  PTRS_PER_TABLE,
  pfn as toPfn,
  VmFlag,
  virtAddr,
} from "@forkpath/abi";
import {
  clearPte,
  findPmdCell,
  isPteNone,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  NO_CELL,
  pfnAt,
  pmdLockOf,
  pteHigh,
  pteLow,
  ptePfn,
  ptlOf,
} from "@forkpath/page-table";
import { entryRow } from "@forkpath/page-table/internal";
import {
  HPAGE_PMD_NR,
  isPageAnon,
  isPageLarge,
  NO_PFN,
  PageFlag,
  pageRemoveRmap,
} from "@forkpath/rmap";
import { isNonSwapEntry } from "@forkpath/swap";
import { holding, type KernelThread } from "@forkpath/sync";
import { VM_NO_THP } from "../area/flags.ts";
import { addNewHugePage } from "../area/new-huge-page.ts";
import { handleMmFault } from "../fault/handle-mm-fault.ts";
import { depositTable } from "../huge/deposit.ts";
import { addAnonRss, allocHugePage } from "../huge/page.ts";
import { isHugePmd, noneHugeOrClearBad, storeHugePmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { lruAddDrain, lruAddDrainAllSteps } from "../page/lru-batch.ts";
import { dropPage } from "../page/state.ts";
import { freeSwapCache, isPageSwapCache } from "../page/swap-cache.ts";
import type { MmEnv, Vma } from "../types.ts";
import { MmFlag } from "../values.ts";

const WHERE = "madvise_collapse";
/** In place of -EINVAL: what comes behind is not looked at either, as on a live 6.18.44. */
const ENDS = -10_000;

/**
 * Collapses each 2 MiB that lie in [start, end). Requires mmap_sem held for writing. An area that
 * has room for none, or no anon_vma, is refused, as 6.18 does; a range with room for none is done,
 * unless it lies within one huge page's place.
 * @returns 0 when all of them are huge pages now; else what the last that failed says: -EINVAL;
 *   -EAGAIN for a page that somebody holds; -ENOMEM without a huge page. One without a table, or
 *   with a marker, ends it
 * @kernel madvise_collapse in mm/khugepaged.c
 * @deviates Holds mmap_sem throughout. Anonymous memory only.
 */
export function* madviseCollapse(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  const isAnonymous = vma.ops === null && vma.file === null;
  if (!isAnonymous || (vma.flags & (VM_NO_THP | VmFlag.NOHUGEPAGE)) !== 0) return -Errno.EINVAL;
  if (vma.anonVma === null || (vma.mm.flags & MmFlag.DISABLE_THP) !== 0) return -Errno.EINVAL;
  if (Math.ceil(vma.start / PMD_SIZE) * PMD_SIZE + PMD_SIZE > vma.end) return -Errno.EINVAL;
  yield* lruAddDrainAllSteps(env);
  // A range inside of one huge page ends before it begins: a live 6.18 refuses that.
  const isInside = Math.floor(end / PMD_SIZE) < Math.ceil(start / PMD_SIZE);
  let status: number = isInside ? -Errno.EINVAL : 0;
  for (let at = Math.ceil(start / PMD_SIZE) * PMD_SIZE; at + PMD_SIZE <= end; at += PMD_SIZE) {
    const one = yield* collapseOne(env, vma, at);
    if (one === ENDS) return -Errno.EINVAL;
    if (one !== 0) status = one;
    if (one === -Errno.ENOMEM) break;
  }
  return status;
}

/** @kernel hpage_collapse_scan_pmd and collapse_huge_page in mm/khugepaged.c */
function* collapseOne(env: MmEnv, vma: Vma, start: number): KernelThread<number> {
  const { tables } = env;
  const { mm } = vma;
  const pmd = findPmdCell(tables, mm.pgd, virtAddr(start));
  if (pmd !== NO_CELL && isHugePmd(env, pmd)) return 0;
  if (pmd === NO_CELL || noneHugeOrClearBad(env, pmd)) return ENDS;
  const row = entryRow(tables, pmd);
  const refusal = scan(env, row) || (yield* swapIn(env, vma, start, row)) || scan(env, row);
  if (refusal !== 0) return refusal;
  const page = yield* allocHugePage(env);
  if (page === NO_PFN) return -Errno.ENOMEM;
  yield* holding(env.sync, ptlOf(tables, mm, row), WHERE, takeOver(env, vma, row, page));
  yield* holding(
    env.sync,
    pmdLockOf(tables, mm, pmd),
    WHERE,
    memoryStep(env, () => {
      clearPte(tables, pmd);
      addNewHugePage(env, vma, start, page);
      storeHugePmd(env, vma, pmd, page);
      depositTable(mm, row);
    }),
  );
  return 0;
}

/** May the table's entries be collapsed? @returns 0 or a refusal; what is not present is none */
function scan(env: MmEnv, row: number): number {
  const { tables, map, rules } = env;
  let isWritable = false;
  for (let cell = row * PTRS_PER_TABLE; cell < (row + 1) * PTRS_PER_TABLE; cell++) {
    const low = pteLow(tables, cell);
    const high = pteHigh(tables, cell);
    if (!isPtePresent(low)) continue;
    isWritable ||= isPteWrite(low);
    if (isPteSpecial(low)) continue;
    const page = ptePfn(low, high);
    if (!isPageAnon(map, page)) return -Errno.EINVAL;
    const cached = isPageSwapCache(env, page) ? 1 : 0;
    if (map.count[page] !== map.mapcount[page] + cached) return -Errno.EAGAIN;
  }
  return isWritable || !rules.huge.collapsesWritable ? 0 : -Errno.EINVAL;
}

/** @kernel __collapse_huge_page_swapin in mm/khugepaged.c */
function* swapIn(env: MmEnv, vma: Vma, start: number, row: number): KernelThread<number> {
  const { tables } = env;
  for (let index = 0; index < HPAGE_PMD_NR; index++) {
    const cell = row * PTRS_PER_TABLE + index;
    const low = pteLow(tables, cell);
    if (isPteNone(low, pteHigh(tables, cell)) || isPtePresent(low)) continue;
    if (isNonSwapEntry(low)) return ENDS;
    yield* handleMmFault(env, vma, start + (index * PMD_SIZE) / HPAGE_PMD_NR, false);
    if (!isPtePresent(pteLow(tables, cell))) return ENDS;
  }
  lruAddDrain(env); // what has just come is held by its batch
  return 0;
}

/** Requires the table's lock. @kernel __collapse_huge_page_copy in mm/khugepaged.c */
function* takeOver(env: MmEnv, vma: Vma, row: number, head: Pfn): KernelThread<void> {
  const { tables, map } = env;
  yield* stopAtMemory(env);
  for (let index = 0; index < HPAGE_PMD_NR; index++) {
    const cell = row * PTRS_PER_TABLE + index;
    const low = pteLow(tables, cell);
    const page = pfnAt(tables, cell);
    clearPte(tables, cell);
    if (!isPtePresent(low) || isPteSpecial(low)) {
      yield* addAnonRss(env, vma.mm, 1);
      continue;
    }
    const isFilled = !isPageLarge(map, page) || (map.flags[page] & PageFlag.FILLED) !== 0;
    if (isFilled) map.flags[head + index] |= PageFlag.FILLED;
    pageRemoveRmap(map, page);
    freeSwapCache(env, toPfn(page));
    dropPage(env, toPfn(page));
  }
}
