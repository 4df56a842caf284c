/** Whose tables they are, and which lock guards a pte table of theirs (SPEC §1.1). */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import { createSpinLock, type SpinLock } from "@forkpath/sync";
import { Level, type PageTables } from "./tables.ts";

/** What page tables need of an mm_struct. */
export interface TableOwner {
  /** Row of the top table. */
  readonly pgd: number;
  /** Pte tables hooked in, empty ones included, and deposited ones (SPEC I7). */
  nrPtes: number;
  /** Pmd and pud tables hooked in. Later kernels count them too: pgtables_bytes (L13). */
  nrPmds: number;
  /** Pud tables hooked in. */
  nrPuds: number;
  /** Guards the upper tables, and pte tables where they have no lock of their own. */
  readonly pageTableLock: SpinLock;
  /** Whose they are, in reports and in the names of their locks. */
  readonly name: string;
  /** Pte tables kept for when a huge page has to be split; none where nobody maps huge pages. */
  readonly pmdHugePte?: readonly number[];
}

/**
 * Counts one table more, or one less.
 * @kernel mm_inc_nr_ptes, mm_inc_nr_pmds, mm_inc_nr_puds in include/linux/mm.h
 */
export function countTable(owner: TableOwner, level: Level, change: 1 | -1): void {
  if (level === Level.PTE) owner.nrPtes += change;
  else if (level === Level.PMD) owner.nrPmds += change;
  else owner.nrPuds += change;
}

/**
 * The lock of an owner's upper tables.
 * @kernel spin_lock_init of mm->page_table_lock, in mm_init
 */
export const createPageTableLock = (name: string): SpinLock =>
  createSpinLock("page_table_lock", name, "mm");

/**
 * What hooking a table in changes: all tables of its owner above those of entries, by one name.
 * @modelOnly a part of a point
 */
export const upperTables = (ownerName: string): string => `${ownerName} tables`;

/**
 * The lock of the pte table `row`: its own, or the one of its owner.
 * @kernel pte_lockptr in include/linux/mm.h
 */
export const ptlOf = (tables: PageTables, owner: TableOwner, row: number): SpinLock =>
  tables.splitPtlocks ? (tables.locks[row] as SpinLock) : owner.pageTableLock;

/**
 * The lock of the pmd table that `cell` stands in: its own, or the one of its owner.
 * @kernel pmd_lockptr in include/linux/mm.h
 */
export const pmdLockOf = (tables: PageTables, owner: TableOwner, cell: number): SpinLock =>
  tables.rules.pmdLocks === "of each table"
    ? (tables.locks[Math.floor(cell / PTRS_PER_TABLE)] as SpinLock)
    : owner.pageTableLock;
