/**
 * New tables, and the race of two threads that want the same one (SPEC §2.8).
 *
 *     A: reads none ─ allocates ─ locks ─ still none: hooks it in ─ unlocks
 *     B: reads none ─ allocates ───────────────────── locks ─ not none ─ unlocks ─ frees its own
 *
 * The allocation may sleep and so stands before the lock. Whoever loses uses the winner's table.
 */
import {
  allocAtomic,
  allocSleeping,
  countCalls,
  holdingAtOnce,
  type KernelThread,
  type Sync,
  spinUnlockNow,
  takeLeafLock,
} from "@forkpath/sync";
import { pteLow } from "./cells.ts";
import { entryRow, populate } from "./directory.ts";
import { isPmdTransHuge } from "./entry.ts";
import { expectPgd } from "./expect.ts";
import { countTable, pmdLockOf, type TableOwner, upperTables } from "./owner.ts";
import {
  freeRow,
  HUGE_ENTRY,
  LEVEL_NAMES,
  Level,
  NO_TABLE,
  type PageTables,
  takeRow,
} from "./tables.ts";

/** Kernel function that hooks a table in, by the table's level. */
const INSTALLER: readonly string[] = ["__pte_alloc", "__pmd_alloc", "__pud_alloc"];

/**
 * Makes the table that `cell`, of the table above, leads to.
 * @kernel __pte_alloc and its siblings in mm/memory.c
 */
export type TableAlloc = (
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  cell: number,
) => KernelThread<number>;

/**
 * A top table, or NO_TABLE when memory is short.
 * @kernel pgd_alloc in arch/x86/mm/pgtable.c
 * @deviates Holds no entries of the kernel's own half.
 */
export const pgdAlloc = (sync: Sync, tables: PageTables): number =>
  allocAtomic(sync, LEVEL_NAMES[Level.PGD]) ? takeRow(tables, Level.PGD, "") : NO_TABLE;

/**
 * Gives the top table back, and nothing below it: `freePgtables` comes first.
 * @throws RangeError unless `row` is a pgd
 * @kernel pgd_free in arch/x86/mm/pgtable.c
 */
export function pgdFree(tables: PageTables, row: number): void {
  expectPgd("pgdFree", tables, row);
  freeRow(tables, row);
}

/**
 * The pud table below the pgd's `cell`, made if it is missing; NO_TABLE when memory is short.
 * A hot caller asks `entryRow` first and needs no generator for a table that is there.
 * @kernel pud_alloc in include/linux/mm.h, __pud_alloc in mm/memory.c
 */
export const pudAlloc: TableAlloc = (sync, tables, owner, cell) =>
  allocBelow(sync, tables, owner, cell, Level.PUD);

/**
 * The pmd table below a pud table's `cell`, as in `pudAlloc`.
 * @kernel pmd_alloc in include/linux/mm.h, __pmd_alloc in mm/memory.c
 */
export const pmdAlloc: TableAlloc = (sync, tables, owner, cell) =>
  allocBelow(sync, tables, owner, cell, Level.PMD);

/**
 * The pte table below a pmd table's `cell`, as in `pudAlloc`. A new one counts in `nrPtes`. It is
 * HUGE_ENTRY when somebody has mapped a huge page there.
 * @kernel pte_alloc_map in include/linux/mm.h, __pte_alloc in mm/memory.c
 * @deviates Waits for no split: HUGE_ENTRY says that there may be one.
 */
export const pteAlloc: TableAlloc = (sync, tables, owner, cell) =>
  allocBelow(sync, tables, owner, cell, Level.PTE);

/**
 * `pteAlloc` without a generator, for a machine where nobody else can run: one call, one table.
 * @returns the row below `cell`; NO_TABLE when memory is short; HUGE_ENTRY for a huge page
 * @throws InvariantError when somebody holds the lock of the pmd table
 * @kernel pte_alloc_map in include/linux/mm.h, __pte_alloc in mm/memory.c
 */
export function pteAllocNow(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  cell: number,
): number {
  const present = rowOrHuge(tables, cell);
  if (present !== NO_TABLE) return present;
  countCalls(sync, INSTALLER[Level.PTE], 1);
  if (!allocAtomic(sync, LEVEL_NAMES[Level.PTE])) return NO_TABLE;
  const own = takeRow(tables, Level.PTE, owner.name);
  const lock = pmdLockOf(tables, owner, cell);
  takeLeafLock(sync, lock, INSTALLER[Level.PTE]);
  installUnlessLost(tables, owner, cell, Level.PTE, own);
  spinUnlockNow(sync, lock, INSTALLER[Level.PTE]);
  return own;
}

function* allocBelow(
  sync: Sync,
  tables: PageTables,
  owner: TableOwner,
  upperCell: number,
  level: Level,
): KernelThread<number> {
  const present = rowOrHuge(tables, upperCell);
  if (present !== NO_TABLE) return present;
  countCalls(sync, INSTALLER[level], 1);
  const what = LEVEL_NAMES[level];
  const isGranted = sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync, what);
  if (!isGranted) return NO_TABLE;
  const own = takeRow(tables, level, owner.name);
  const isPte = level === Level.PTE;
  const lock = isPte ? pmdLockOf(tables, owner, upperCell) : owner.pageTableLock;
  const install = (): number => installUnlessLost(tables, owner, upperCell, level, own);
  // The next table is looked for below this one, right behind the unlock.
  const touches = [upperTables(owner.name)];
  const row = yield* holdingAtOnce(sync, lock, INSTALLER[level], install, touches);
  if (row !== own) freeRow(tables, own);
  return row;
}

/** The row below an upper entry, NO_TABLE, or HUGE_ENTRY. */
const rowOrHuge = (tables: PageTables, upperCell: number): number =>
  isPmdTransHuge(pteLow(tables, upperCell)) ? HUGE_ENTRY : entryRow(tables, upperCell);

/** Hooks `own` in if the entry is still none. @returns the row that the entry leads to */
function installUnlessLost(
  tables: PageTables,
  owner: TableOwner,
  upperCell: number,
  level: Level,
  own: number,
): number {
  const winner = rowOrHuge(tables, upperCell);
  if (winner !== NO_TABLE) return winner;
  populate(tables, upperCell, own);
  countTable(owner, level, 1);
  return own;
}
