/**
 * Walking the entries of a range that may have none: an upper entry that is empty is stepped over
 * whole, so that a reserved terabyte costs little.
 */
import { PAGE_SIZE, PTRS_PER_TABLE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { entryEnd, Level, pteIndex, ptlOf, tableOffset } from "@forkpath/page-table";
import { entryRow, noneOrClearBad } from "@forkpath/page-table/internal";
import type { SpinLock } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";
import { isHugePmd } from "./huge-pmd.ts";

/** One pte table's part of a range. */
export interface PteSpan {
  /** Row of the table. */
  readonly row: number;
  /** Cell of the first entry, and the one past the last. */
  readonly cell: number;
  readonly endCell: number;
  /** What the cells map: bytes, half-open. */
  readonly start: VirtAddr;
  readonly end: VirtAddr;
}

/**
 * The part of [from, end) that the next pte table maps; null when none is left. Clears bad entries
 * on its way, as every walk of the kernel does, and passes huge pages by: who has to see their
 * pages splits them first.
 * @kernel the pgd, pud and pmd loops around change_pte_range and its like
 */
export function nextPteSpan(env: MmEnv, pgd: number, from: number, end: number): PteSpan | null {
  for (let addr = virtAddr(from); addr < end; ) {
    const found = descend(env, pgd, addr);
    const next = entryEnd(Math.max(found.level, Level.PMD) as Level, addr, virtAddr(end));
    if (found.level === Level.PTE) {
      const cell = found.row * PTRS_PER_TABLE + pteIndex(addr);
      const endCell = cell + (next - addr) / PAGE_SIZE;
      return { row: found.row, cell, endCell, start: addr, end: next };
    }
    addr = next;
  }
  return null;
}

/** Goes down towards `addr`: to its pte table, or to the table whose entry for it is empty. */
function descend(env: MmEnv, pgd: number, addr: VirtAddr): { level: Level; row: number } {
  let row = pgd;
  let level: Level = Level.PGD;
  while (level > Level.PTE) {
    const cell = tableOffset(level, row, addr);
    if (level === Level.PMD && isHugePmd(env, cell)) break;
    if (noneOrClearBad(env.sync, env.tables, level, cell)) break;
    row = entryRow(env.tables, cell);
    level = (level - 1) as Level;
  }
  return { level, row };
}

/**
 * The lock of the table that `cell` stands in.
 * @kernel pte_lockptr in include/linux/mm.h
 */
export const ptlOfCell = (env: MmEnv, mm: MmStruct, cell: number): SpinLock =>
  ptlOf(env.tables, mm, Math.floor(cell / PTRS_PER_TABLE));
