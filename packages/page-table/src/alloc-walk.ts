/** From an address down to its entry, with every table on the way made if it is missing. */
import { expectInteger, hex, USER_END, type VirtAddr, virtAddr } from "@forkpath/abi";
import { InvariantError, type KernelThread, type Sync } from "@forkpath/sync";
import { pmdAlloc, pteAlloc, pudAlloc } from "./alloc.ts";
import { entryRow } from "./directory.ts";
import { expectPgd } from "./expect.ts";
import type { TableOwner } from "./owner.ts";
import { pgdOffset, pmdOffset, pteOffset, pudOffset } from "./step.ts";
import { HUGE_ENTRY, NO_CELL, NO_TABLE, type PageTables } from "./tables.ts";

/**
 * The pte cell for `addr`, with every table above it made if missing; NO_CELL when memory is
 * short, and then the tables made so far stay. A hot caller tries `findPteCell` first.
 * @throws RangeError or TypeError unless `addr` is an integer below 2^47 and the owner has a pgd
 * @throws InvariantError where a huge page is mapped: who may meet one asks `allocPmdCell`
 * @kernel the walk of handle_mm_fault in mm/memory.c
 * @example
 * ```ts
 * import { allocPteCell, createPageTables, pgdAlloc } from "@forkpath/page-table";
 * import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const tables = createPageTables({ splitPtlocks: true });
 * const pageTableLock = createSpinLock("page_table_lock", "mm1");
 * const counts = { nrPtes: 0, nrPmds: 0, nrPuds: 0 };
 * const owner = { ...counts, pgd: pgdAlloc(sync, tables), pageTableLock, name: "mm1" };
 * const cell = runToCompletion(allocPteCell(sync, tables, owner, 0x400000));
 * console.log(cell > 0, owner.nrPtes); // true 1
 * ```
 */
export function* allocPteCell(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  addr: number,
): KernelThread<number> {
  expectWalk("allocPteCell", tables, owner, addr);
  const va = virtAddr(addr);
  const pmd = yield* walkToPmd(sync, tables, owner, va);
  if (pmd === NO_CELL) return NO_CELL;
  const row = yield* pteAlloc(sync, tables, owner, pmd);
  if (row === HUGE_ENTRY) throw new InvariantError("no-huge-page", `allocPteCell of ${hex(addr)}`);
  return row === NO_TABLE ? NO_CELL : pteOffset(row, va);
}

/**
 * The pmd cell for `addr`, as in `allocPteCell`. Its entry may be none, lead to a pte table or map
 * a huge page.
 * @throws RangeError or TypeError unless `addr` is an integer below 2^47 and the owner has a pgd
 * @kernel the walk of handle_mm_fault in mm/memory.c
 */
export function* allocPmdCell(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  addr: number,
): KernelThread<number> {
  expectWalk("allocPmdCell", tables, owner, addr);
  return yield* walkToPmd(sync, tables, owner, virtAddr(addr));
}

function expectWalk(where: string, tables: PageTables, { pgd }: TableOwner, addr: number): void {
  expectInteger(where, "addr", addr, 0, USER_END - 1);
  expectPgd(where, tables, pgd);
}

function* walkToPmd(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  va: VirtAddr,
): KernelThread<number> {
  const pgd = pgdOffset(owner.pgd, va);
  let row = entryRow(tables, pgd);
  if (row === NO_TABLE) row = yield* pudAlloc(sync, tables, owner, pgd);
  if (row === NO_TABLE) return NO_CELL;
  const pud = pudOffset(row, va);
  row = entryRow(tables, pud);
  if (row === NO_TABLE) row = yield* pmdAlloc(sync, tables, owner, pud);
  return row === NO_TABLE ? NO_CELL : pmdOffset(row, va);
}
