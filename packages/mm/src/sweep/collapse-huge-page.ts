/**
 * Collapse: khugepaged makes one huge page of the small ones of 2 MiB (SPEC §2.13, §2.9, App. C).
 *
 *    held                      step                                     counted
 *    mmap_sem, anon_vma lock   the pmd is emptied: nobody finds the
 *                              pages through it, or through their
 *                              anon_vma; each is locked and isolated
 *    mmap_sem alone            each none entry: zeroes                   anon +1, no lock (D2)
 *                              each page: copied, unmapped, freed
 *    page_table_lock           the pmd maps the huge page, its old
 *                              table is laid by                          nr_ptes 0
 *
 * A page that cannot be isolated calls it off, and the pmd gets its table back.
 */
import { Errno, expectInteger, type Pfn, PMD_SIZE, STACK_TOP_MAX, virtAddr } from "@forkpath/abi";
import { clearPte, findPmdCell, NO_CELL, pmdLockOf } from "@forkpath/page-table";
import { entryRow, populate } from "@forkpath/page-table/internal";
import { type AnonVma, NO_PFN } from "@forkpath/rmap";
import { holding, type KernelThread, traced, writing } from "@forkpath/sync";
import { VM_NO_THP } from "../area/flags.ts";
import { findVma } from "../area/list.ts";
import { addNewHugePage } from "../area/new-huge-page.ts";
import { depositTable } from "../huge/deposit.ts";
import { dropHugePage } from "../huge/frames.ts";
import { allocHugePage } from "../huge/page.ts";
import {
  hugeAlignDown,
  isHugeEnabled,
  noneHugeOrClearBad,
  storeHugePmd,
} from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { lruAddDrainAllSteps } from "../page/lru-batch.ts";
import { mmdrop } from "../space/mmput.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { copyIntoHugePage, isolateSmallPages } from "./collapse-pages.ts";

/** 2 MiB of small pages, or what is left of them. */
interface CollapseSite {
  readonly vma: Vma;
  readonly anonVma: AnonVma;
  readonly start: number;
  readonly pmd: number;
  /** Row of the pte table that the pmd leads to. */
  readonly row: number;
}

const WHERE = "collapse_huge_page";

/**
 * Collapses the 2 MiB around `addr`. It holds the struct of `mm`, not a user of it: a process that
 * ends meanwhile waits for it.
 * @returns 0; -ENOMEM without a huge page; -EINVAL where none may be, or no pte table is; -EAGAIN
 *   when a page is in the way. Nothing has changed but for 0
 * @throws RangeError or TypeError unless `addr` is an integer below STACK_TOP_MAX
 * @kernel collapse_huge_page in mm/huge_memory.c
 * @deviates The kernel's answers nothing. Looks at no page before it takes mmap_sem, where
 *   khugepaged has scanned the range first; collapses when asked, not by the clock.
 */
export function* collapseHugePage(env: MmEnv, mm: MmStruct, addr: number): KernelThread<number> {
  expectInteger("collapseHugePage", "addr", addr, 0, STACK_TOP_MAX - 1);
  mm.mmCount++;
  mm.collapses++;
  const status = yield* traced(env.sync, WHERE, collapse(env, mm, hugeAlignDown(addr)));
  mm.collapses--;
  mmdrop(env, mm);
  return status;
}

function* collapse(env: MmEnv, mm: MmStruct, start: number): KernelThread<number> {
  yield* lruAddDrainAllSteps(env);
  const page = yield* allocHugePage(env);
  if (page === NO_PFN) return -Errno.ENOMEM;
  const status = yield* writing(env.sync, mm.mmapSem, WHERE, collapseInto(env, mm, start, page));
  if (status !== 0) dropHugePage(env, page);
  return status;
}

/** Requires mmap_sem held for writing. @returns 0, -EINVAL or -EAGAIN */
function* collapseInto(env: MmEnv, mm: MmStruct, start: number, page: Pfn): KernelThread<number> {
  const site = yield* memoryStep(env, () => findSite(env, mm, start));
  if (site === null) return -Errno.EINVAL;
  const { anonVma, row } = site;
  const isIsolated = yield* holding(env.sync, anonVma.root.lock, WHERE, isolateSite(env, site));
  if (!isIsolated) return -Errno.EAGAIN;
  yield* traced(env.sync, "__collapse_huge_page_copy", copyIntoHugePage(env, mm, row, start));
  yield* storePmd(env, site, () => {
    addNewHugePage(env, site.vma, start, page);
    storeHugePmd(env, site.vma, site.pmd, page);
    depositTable(mm, row);
  });
  return 0;
}

/** What there is to collapse; null where no huge page may be, or no pte table is. */
function findSite(env: MmEnv, mm: MmStruct, start: number): CollapseSite | null {
  const vma = findVma(mm, start);
  if (mm.mmUsers === 0 || vma === undefined || vma.anonVma === null) return null;
  const isWithin = vma.start <= start && start + PMD_SIZE <= vma.end;
  const isEligible = vma.ops === null && (vma.flags & VM_NO_THP) === 0 && isHugeEnabled(env, vma);
  if (!isWithin || !isEligible) return null;
  const pmd = findPmdCell(env.tables, mm.pgd, virtAddr(start));
  if (pmd === NO_CELL || noneHugeOrClearBad(env, pmd)) return null;
  return { vma, anonVma: vma.anonVma, start, pmd, row: entryRow(env.tables, pmd) };
}

/** Requires the anon_vma's lock. @returns false, with all as it was, when a page is in the way */
function* isolateSite(env: MmEnv, site: CollapseSite): KernelThread<boolean> {
  const { tables } = env;
  const { vma, pmd, row } = site;
  yield* storePmd(env, site, () => clearPte(tables, pmd));
  if (yield* isolateSmallPages(env, vma, row)) return true;
  yield* storePmd(env, site, () => populate(tables, pmd, row));
  return false;
}

/** One change of the pmd, under page_table_lock. */
const storePmd = (env: MmEnv, { vma, pmd }: CollapseSite, store: () => void): KernelThread<void> =>
  holding(env.sync, pmdLockOf(env.tables, vma.mm, pmd), WHERE, memoryStep(env, store));
