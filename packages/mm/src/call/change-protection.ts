/**
 * Giving the entries of a range a new protection (SPEC §2.14).
 *
 *    entry                     becomes
 *    present                   new protection; RW again as rules/make-writable.ts says
 *    migration, write          migration, read
 *    any other                 stays
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import {
  isPteFile,
  isPtePresent,
  NO_CELL,
  Pte,
  pmdLockOf,
  pteHigh,
  pteLow,
  pteMkwrite,
  pteModifyHigh,
  pteModifyLow,
  ptlOf,
  setPte,
} from "@forkpath/page-table";
import { isWriteMigrationEntry, readMigrationLow } from "@forkpath/swap";
import { holding, type KernelThread } from "@forkpath/sync";
import { hugePagesWithin, splitHugeRange } from "../huge/range.ts";
import { findHugePmd } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtEntry } from "../machine/memory-stop.ts";
import { nextPteSpan, type PteSpan } from "../machine/pte-walk.ts";
import { flushTlbRange } from "../machine/tlb.ts";
import type { MmEnv, Vma } from "../types.ts";

const WHERE = "change_pte_range";

/**
 * Gives the entries of [start, end), a part of `vma`, the area's page protection.
 * @kernel change_protection in mm/mprotect.c
 */
export function* changeProtection(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<void> {
  const { sync, tables } = env;
  if (env.rules.huge.isLarge) yield* changeHugePmds(env, vma, start, end);
  else yield* splitHugeRange(env, vma.mm, start, end);
  for (let at = start; at < end; ) {
    const span = nextPteSpan(env, vma.mm.pgd, at, end);
    if (span === null) break;
    const ptl = ptlOf(tables, vma.mm, span.row);
    yield* holding(sync, ptl, WHERE, changeSpan(env, vma, span));
    at = span.end;
  }
  flushTlbRange(env, vma.mm);
}

/** Huge pages keep their pmds: one that reached out of the range was cut with the area. */
function* changeHugePmds(env: MmEnv, vma: Vma, start: number, end: number): KernelThread<void> {
  const { mm } = vma;
  for (const addr of hugePagesWithin(env, mm, start, end)) {
    const pmd = findHugePmd(env, mm, addr);
    if (pmd === NO_CELL) continue;
    const change = memoryStep(env, () => changeHugePmd(env, vma, pmd));
    const lock = pmdLockOf(env.tables, mm, pmd);
    yield* holding(env.sync, lock, "change_huge_pmd", change);
  }
}

/** @kernel change_huge_pmd in mm/huge_memory.c */
function changeHugePmd(env: MmEnv, vma: Vma, pmd: number): void {
  const { tables, rules } = env;
  const low = (pteModifyLow(pteLow(tables, pmd), vma.pageProtLow) | Pte.PSE) >>> 0;
  const high = pteModifyHigh(pteHigh(tables, pmd), vma.pageProtHigh);
  const isWritable = (vma.flags & VmFlag.WRITE) !== 0;
  const isGranted = isWritable && rules.mayMakeWritable(env, vma, low, high);
  setPte(tables, pmd, isGranted ? pteMkwrite(low) : low, high);
}

/** @kernel change_pte_range in mm/mprotect.c */
function* changeSpan(env: MmEnv, vma: Vma, span: PteSpan): KernelThread<void> {
  const { tables, rules } = env;
  const isWritable = (vma.flags & VmFlag.WRITE) !== 0;
  for (let cell = span.cell; cell < span.endCell; cell++) {
    yield* stopAtEntry(env, vma.mm, span.start + (cell - span.cell) * PAGE_SIZE);
    const low = pteLow(tables, cell);
    const high = pteHigh(tables, cell);
    if (isPtePresent(low)) {
      const changed = pteModifyLow(low, vma.pageProtLow);
      const changedHigh = pteModifyHigh(high, vma.pageProtHigh);
      const isGranted = isWritable && rules.mayMakeWritable(env, vma, changed, changedHigh);
      setPte(tables, cell, isGranted ? pteMkwrite(changed) : changed, changedHigh);
    } else if ((low | high) !== 0 && !isPteFile(low) && isWriteMigrationEntry(low)) {
      setPte(tables, cell, readMigrationLow(low), high);
    }
  }
}
