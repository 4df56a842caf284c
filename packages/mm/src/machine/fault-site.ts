/**
 * One page fault: where it happened, and the entry that was found there before any lock was taken.
 *
 * Whoever decides something under the table's lock compares the entry with that one first: if
 * somebody changed it, the fault is over, and the processor takes it again if it has to.
 */
import type { Pfn } from "@forkpath/abi";
import { allocPteCell, isPteSame, NO_CELL, pteHigh, pteLow } from "@forkpath/page-table";
import {
  type KernelThread,
  type SpinLock,
  spinLock,
  spinLockNow,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import type { MmEnv, MmLimits, Vma } from "../types.ts";
import { sharersPoint, tablesPoint } from "./memory-point.ts";
import { ptlOfCell } from "./pte-walk.ts";

/** @kernel the arguments of handle_pte_fault in mm/memory.c */
export interface FaultSite {
  readonly vma: Vma;
  /** Bytes; the first one of the page. */
  readonly addr: number;
  /** Cell of the entry, and the lock of its table; set when the table is known to be there. */
  cell: number;
  ptl: SpinLock;
  /** The entry that was found: orig_pte. */
  low: number;
  high: number;
  /** A write is still wanted: whoever grants it clears this. */
  isWrite: boolean;
  /** May let mmap_sem go instead of waiting for a page under it. */
  readonly allowRetry: boolean;
  /** Of the task that faults: how far its stack may grow. */
  readonly limits: MmLimits;
}

/**
 * A fault whose entry was not read yet, and whose table may be missing: NO_CELL.
 * @modelOnly the arguments of handle_mm_fault
 */
export const createFaultSite = (
  vma: Vma,
  addr: number,
  cell: number,
  isWrite: boolean,
  limits: MmLimits,
  allowRetry: boolean,
): FaultSite => ({
  vma,
  addr,
  cell,
  ptl: vma.mm.pageTableLock,
  low: 0,
  high: 0,
  isWrite,
  allowRetry,
  limits,
});

/**
 * Gives the fault a table, if it came without one.
 * @returns false when memory is short
 * @kernel pmd_install of finish_fault in mm/memory.c
 * @deviates Asks for the table only now; the kernel lays one by before it asks the file.
 */
export function* ensureTable(env: MmEnv, site: FaultSite): KernelThread<boolean> {
  if (site.cell !== NO_CELL) return true;
  const { mm } = site.vma;
  if (stopsHere(env.sync)) yield* stopAt(env.sync, tablesPoint(env, mm));
  site.cell = yield* allocPteCell(env.sync, env.tables, mm, site.addr);
  if (site.cell === NO_CELL) return false;
  site.ptl = ptlOfCell(env, mm, site.cell);
  return true;
}

/**
 * Reads the entry that the fault is about, without its table's lock.
 * @kernel the start of handle_pte_fault in mm/memory.c
 */
export function readOrigPte(env: MmEnv, site: FaultSite): void {
  site.ptl = ptlOfCell(env, site.vma.mm, site.cell);
  site.low = pteLow(env.tables, site.cell);
  site.high = pteHigh(env.tables, site.cell);
}

/**
 * Is the entry still what the fault found? Requires the table's lock.
 * @kernel pte_same in arch/x86/include/asm/pgtable.h
 */
export const isSameEntry = ({ tables }: MmEnv, site: FaultSite): boolean =>
  isPteSame(tables, site.cell, site.low, site.high);

/**
 * Takes the lock of the fault's table, and keeps it whatever the answer is. Paths that a program
 * takes once for each page write these three lines themselves, and spare a generator.
 * @param page what the caller looks at next, besides the entry; NO_PFN for nothing
 * @returns false when the entry is no longer what the fault found
 * @kernel pte_offset_map_lock and pte_same, as mm/memory.c uses them
 */
export function* lockEntry(
  env: MmEnv,
  site: FaultSite,
  where: string,
  page: Pfn,
): KernelThread<boolean> {
  const { sync } = env;
  if (!spinLockNow(sync, site.ptl, where)) yield* spinLock(sync, site.ptl, where);
  if (stopsHere(sync)) yield* stopAt(sync, sharersPoint(env, site.vma.mm, site.addr, page));
  return isSameEntry(env, site);
}
