/**
 * The entry of a huge page: a pmd that maps 2 MiB itself, instead of leading to a pte table
 * (SPEC §2.4, §2.13).
 *
 *    after a write fault          0x80000000002000e7     present, RW, user, young, dirty, PSE, NX
 *    after fork, in the parent    0x80000000002000e5
 *                in the child     0x80000000002000c5
 *
 * To all that looks for tables it seems damaged, so whoever walks asks here first.
 */
import { hasVmFlag, PAGE_SIZE, type Pfn, PMD_SIZE, VmFlag, virtAddr } from "@forkpath/abi";
import {
  findPmdCell,
  isPmdTransHuge,
  isPmdTransSplitting,
  Level,
  maybeMkwrite,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  Pte,
  pfnAt,
  pmdLockOf,
  pteHigh,
  pteLow,
  pteMkdirty,
  ptePfn,
  setPte,
} from "@forkpath/page-table";
import { noneOrClearBad } from "@forkpath/page-table/internal";
import { PageFlag } from "@forkpath/rmap";
import type { SpinLock } from "@forkpath/sync";
import { type MmEnv, type MmStruct, ThpMode, type Vma } from "../types.ts";
import { MmFlag } from "../values.ts";

/**
 * Does this area get huge pages?
 * @kernel transparent_hugepage_enabled in include/linux/huge_mm.h
 */
export function isHugeEnabled({ thp }: MmEnv, vma: Vma): boolean {
  if (thp === ThpMode.NEVER || isTemporaryStack(vma)) return false;
  const isAdvised = hasVmFlag(vma.flags, VmFlag.HUGEPAGE);
  const { flags: mmFlags } = vma.mm;
  if (mmFlags & MmFlag.DISABLE_THP) return false;
  if (mmFlags & MmFlag.DISABLE_THP_EXCEPT_ADVISED && !isAdvised) return false;
  const isWished = thp === ThpMode.ALWAYS || isAdvised;
  return isWished && (vma.flags & VmFlag.NOHUGEPAGE) === 0;
}

/**
 * First byte of the 2 MiB that `addr` lies in. @kernel HPAGE_PMD_MASK in include/linux/huge_mm.h
 */
export const hugeAlignDown = (addr: number): number => addr - (addr % PMD_SIZE);

/**
 * Does the pmd map a huge page? On a machine that makes none, one that says so is damaged.
 * @kernel pmd_trans_huge in arch/x86/include/asm/pgtable.h
 */
export const isHugePmd = ({ thp, tables }: MmEnv, pmd: number): boolean =>
  thp !== ThpMode.NEVER && isPmdTransHuge(pteLow(tables, pmd));

/** Does the pmd map the huge page of zeroes? @kernel is_huge_zero_pmd in include/linux/huge_mm.h */
export const isHugeZeroPmd = (env: MmEnv, pmd: number): boolean =>
  hugePmdPfn(env, pmd) === env.map.hugeZeroPfn;

/**
 * The mark of a split is the special bit of the huge page of zeroes, which is never split.
 * @kernel pmd_trans_splitting in arch/x86/include/asm/pgtable.h
 */
export const isSplittingPmd = (env: MmEnv, pmd: number): boolean =>
  isPmdTransSplitting(pteLow(env.tables, pmd)) && !isHugeZeroPmd(env, pmd);

/**
 * What a thread that is about to copy, zap or hold a huge page as a whole finds in the pmd.
 *
 *    small        no huge page, or not any more: its ptes are to be handled one by one
 *    splitting    one that another thread is splitting: to be waited for, without the lock
 *    huge         one, for as long as page_table_lock is held
 */
export type PmdState = "small" | "splitting" | "huge";

/**
 * Requires page_table_lock.
 * @kernel pmd_trans_huge and pmd_trans_splitting, as the callers in mm/huge_memory.c pair them
 */
export function hugePmdState(env: MmEnv, pmd: number): PmdState {
  if (pmd === NO_CELL || !isHugePmd(env, pmd)) return "small";
  return isSplittingPmd(env, pmd) ? "splitting" : "huge";
}

/**
 * The pmd that maps a huge page at `addr`; NO_CELL where there is none.
 * @kernel mm_find_pmd in mm/rmap.c
 */
export function findHugePmd(env: MmEnv, mm: MmStruct, addr: number): number {
  if (env.thp === ThpMode.NEVER) return NO_CELL;
  const pmd = findPmdCell(env.tables, mm.pgd, virtAddr(addr));
  return pmd !== NO_CELL && isHugePmd(env, pmd) ? pmd : NO_CELL;
}

/**
 * The lock of the pmd that `addr` has. Where there is none, it is page_table_lock: a pmd table is
 * hooked in under that.
 * @kernel pmd_lock in include/linux/mm.h
 */
export function pmdLockAt({ tables }: MmEnv, mm: MmStruct, addr: number): SpinLock {
  const pmd = findPmdCell(tables, mm.pgd, virtAddr(addr));
  return pmd === NO_CELL ? mm.pageTableLock : pmdLockOf(tables, mm, pmd);
}

/**
 * Must a walk over pte tables skip this pmd? A damaged one is cleared, a huge one is not.
 * @kernel pmd_none_or_trans_huge_or_clear_bad in include/asm-generic/pgtable.h
 */
export const noneHugeOrClearBad = (env: MmEnv, pmd: number): boolean =>
  isHugePmd(env, pmd) || noneOrClearBad(env.sync, env.tables, Level.PMD, pmd);

/** Head of the huge page that the pmd maps. @kernel pmd_page in arch/x86/include/asm/pgtable.h */
export const hugePmdPfn = ({ tables }: MmEnv, pmd: number): Pfn => pfnAt(tables, pmd);

/**
 * Stores the entry of a huge page that `vma` just got: dirty, and writable if the area is.
 * @kernel maybe_pmd_mkwrite of pmd_mkdirty of mk_pmd, as mm/huge_memory.c stores it
 */
export function storeHugePmd({ tables }: MmEnv, vma: Vma, pmd: number, head: Pfn): void {
  const low = pteMkdirty(mkPteLow(head, vma.pageProtLow | Pte.PSE));
  setPte(tables, pmd, maybeMkwrite(low, vma.flags), mkPteHigh(head, vma.pageProtHigh));
}

/**
 * A write leaves its mark in a frame of a large folio: a split asks which are all zero.
 * @modelOnly what a page holds is not modelled otherwise
 */
export function fillPage({ map }: MmEnv, pfn: number): void {
  if (map.flags[pfn] & PageFlag.LARGE) map.flags[pfn] |= PageFlag.FILLED;
}

/**
 * The processor's part of an access to a huge page: it marks the pmd if that lets the access be.
 * @returns false when the access faults
 * @modelOnly the MMU
 */
export function accessHugePage(env: MmEnv, mm: MmStruct, addr: number, isWrite: boolean): boolean {
  const pmd = findHugePmd(env, mm, addr);
  if (pmd === NO_CELL) return false;
  const low = pteLow(env.tables, pmd);
  const needed = isWrite ? Pte.PRESENT | Pte.RW : Pte.PRESENT;
  if ((low & needed) !== needed) return false;
  const marks = isWrite ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED;
  const high = pteHigh(env.tables, pmd);
  setPte(env.tables, pmd, (low | marks) >>> 0, high);
  if (isWrite) fillPage(env, ptePfn(low, high) + (addr % PMD_SIZE) / PAGE_SIZE);
  return true;
}

/** Marks the stack that exec moves while it builds it: its vma and its entries do not agree. */
const TEMPORARY_STACK: number = VmFlag.SEQ_READ | VmFlag.RAND_READ | VmFlag.GROWSDOWN;

/** @kernel is_vma_temporary_stack in mm/huge_memory.c */
export const isTemporaryStack = (vma: Vma): boolean =>
  (vma.flags & TEMPORARY_STACK) === TEMPORARY_STACK;
