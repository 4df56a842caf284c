/** Whose tables they are, and which lock guards a pte table of theirs (SPEC §1.1). */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import { createSpinLock, type SpinLock } from "@forkpath/sync";
import { Level, type PageTables, pmdsOf } from "./tables.ts";

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
 * The lock of an owner's upper tables. A thread that hooks a pmd table in looks into it next.
 * @kernel spin_lock_init of mm->page_table_lock, in mm_init
 */
export const createPageTableLock = (tables: PageTables, name: string): SpinLock =>
  createSpinLock("page_table_lock", name, "mm", upperTables(tables, name));

/**
 * What hooking tables in changes, by the owner's name: its upper tables, and those of its pmds
 * where each has a lock of its own.
 * @modelOnly a scheduler's view
 */
export const upperTables = ({ rules }: PageTables, name: string): readonly string[] =>
  rules.pmdLocks === "of each table" ? [tablesOf(name), pmdsOf(name)] : [tablesOf(name)];

const tablesOf = (name: string): string => `${name} tables`;

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
