/** Whose tables they are, and which lock guards a pte table of theirs (SPEC §1.1). */
import type { SpinLock } from "@forkpath/sync";
import type { PageTables } from "./tables.ts";

/** What page tables need of an mm_struct. */
export interface TableOwner {
  /** Row of the top table. */
  readonly pgd: number;
  /** Pte tables hooked in, empty ones included, and deposited ones (SPEC I7). */
  nrPtes: number;
  readonly pageTableLock: SpinLock;
  /** Whose they are, in reports and in the names of their locks. */
  readonly name: string;
  /** Pte tables kept for when a huge page has to be split; none where nobody maps huge pages. */
  readonly pmdHugePte?: readonly number[];
}

/**
 * The lock of the pte table `row`: its own, or the one of its owner.
 * @kernel pte_lockptr in include/linux/mm.h
 */
export const ptlOf = (tables: PageTables, owner: TableOwner, row: number): SpinLock =>
  tables.splitPtlocks ? (tables.locks[row] as SpinLock) : owner.pageTableLock;
