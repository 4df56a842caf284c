/**
 * Single pte tables: one that was emptied goes, and some are hooked in nowhere: each huge page has
 * one laid by, so that it can be split when no memory is left (SPEC §2.13).
 */
import { allocAtomic, allocSleeping, type KernelThread, type Sync } from "@forkpath/sync";
import { clearPte } from "./cells.ts";
import { entryRow } from "./directory.ts";
import { countTable, type TableOwner } from "./owner.ts";
import { freeRow, LEVEL_NAMES, Level, NO_TABLE, type PageTables, takeRow } from "./tables.ts";

/**
 * An empty pte table, or NO_TABLE when memory is short. It does not count in `nrPtes` yet.
 * @kernel pte_alloc_one in arch/x86/mm/pgtable.c
 */
export function* pteAllocOne(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
): KernelThread<number> {
  const what = LEVEL_NAMES[Level.PTE];
  const isGranted = sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync, what);
  return isGranted ? takeRow(tables, Level.PTE, owner.name) : NO_TABLE;
}

/**
 * Unhooks the pte table below a pmd's cell, and gives it back. Requires page_table_lock, and that
 * it is empty.
 * @kernel free_pte in mm/pt_reclaim.c
 */
export function freePteTable(tables: PageTables, owner: TableOwner, pmd: number): void {
  const row = entryRow(tables, pmd);
  countTable(owner, Level.PTE, -1);
  clearPte(tables, pmd);
  freeRow(tables, row);
}

/**
 * Gives a table that is hooked in nowhere back.
 * @throws InvariantError when the row is free already
 * @kernel pte_free in arch/x86/include/asm/pgalloc.h
 */
export const pteFree = (tables: PageTables, row: number): void => freeRow(tables, row);
