/**
 * Cutting a pmd that maps a large folio, or the huge page of zeroes, into entries (L15/9, M24/7).
 *
 *    before   pmd: H                   512 frames, each mapped by it
 *    after    pmd ─▶ the deposited     512 entries, as writable, young and exclusive as it was
 *                    table
 *
 * Only this address space's tables change: no count does, and the folio stays one. What el6 does
 * instead, split.ts says.
 */
import { type Pfn, PTRS_PER_TABLE, pfn as toPfn } from "@forkpath/abi";
import {
  isPteDirty,
  mkPteHigh,
  mkPteLow,
  Pte,
  pmdLockOf,
  pteHigh,
  pteLow,
  pteMkclean,
  pteMkyoung,
  ptePfn,
  setPte,
} from "@forkpath/page-table";
import { PTE_FLAGS_LOW, PTE_PFN_HIGH, populate } from "@forkpath/page-table/internal";
import { HPAGE_PMD_NR, PageFlag } from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { isHugePmd, isHugeZeroPmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { withdrawTable } from "./deposit.ts";

/**
 * Cuts the pmd, if it still maps a huge page.
 * @param keepsDirty entries of a dirty pmd are dirty, whatever the release does otherwise
 * @kernel __split_huge_pmd in mm/huge_memory.c
 */
export const cutHugePmd = (
  env: MmEnv,
  mm: MmStruct,
  pmd: number,
  keepsDirty: boolean = env.rules.huge.cutsDirty,
): KernelThread<void> =>
  holding(
    env.sync,
    pmdLockOf(env.tables, mm, pmd),
    "__split_huge_pmd",
    memoryStep(env, () => {
      if (isHugePmd(env, pmd)) cutLocked(env, mm, pmd, keepsDirty);
    }),
  );

/**
 * Requires page_table_lock.
 * @kernel __split_huge_pmd_locked in mm/huge_memory.c
 */
function cutLocked(env: MmEnv, mm: MmStruct, pmd: number, keepsDirty: boolean): void {
  const { tables, map } = env;
  const low = pteLow(tables, pmd);
  const high = pteHigh(tables, pmd);
  const isZero = isHugeZeroPmd(env, pmd);
  const head: Pfn = isZero ? map.zeroPfn : ptePfn(low, high);
  const step = isZero ? 0 : 1;
  const isDirty = isPteDirty(low);
  let flagsLow = low & PTE_FLAGS_LOW & ~Pte.PSE;
  if (isZero) flagsLow = pteMkyoung(flagsLow);
  if (!keepsDirty) flagsLow = pteMkclean(flagsLow);
  const flagsHigh = (high & ~PTE_PFN_HIGH) >>> 0;
  const row = withdrawTable(mm);
  for (let index = 0; index < HPAGE_PMD_NR; index++) {
    const page = toPfn(head + index * step);
    if (isDirty && !isZero) map.flags[page] |= PageFlag.DIRTY;
    const cell = row * PTRS_PER_TABLE + index;
    setPte(tables, cell, mkPteLow(page, flagsLow), mkPteHigh(page, flagsHigh));
  }
  populate(tables, pmd, row);
}
