/**
 * Visiting all tables of an address space, and all that its entries map, in one walk.
 *
 *    pgd ── pud ── pmd ── pte    tables, each before those below it
 *                   │      └── ptes that are not none
 *                   └── pmds that map a huge page, which lead to no table
 *
 * Nothing here changes a table. Most entries are none, so a walk looks only at those blocks of a
 * table that something was ever written to.
 */
import { PTRS_PER_TABLE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { isDirBad, rowOf } from "./directory.ts";
import { isPmdTransHuge } from "./entry.ts";
import { expectPgd } from "./expect.ts";
import { ENTRY_SPAN } from "./step.ts";
import {
  BLOCK_ENTRIES,
  BLOCK_SHIFT,
  CHUNK_MASK,
  CHUNK_SHIFT,
  isTable,
  Level,
  NO_TABLE,
  type PageTables,
  ROW_SHIFT,
} from "./tables.ts";

/** Gets an entry's first address, its cell, and its words. It may change the entry. */
export type VisitEntry = (addr: VirtAddr, cell: number, low: number, high: number) => void;
/** Gets a table's level and row, and the first address that it maps. */
export type VisitTable = (level: Level, row: number, addr: VirtAddr) => void;

/** What a walk is to call; what is left out is passed by. */
export interface TableVisitor {
  /** Called with each table, before those below it. */
  readonly table?: VisitTable;
  /** Called with each pte that is not none. */
  readonly pte?: VisitEntry;
  /** Called with each pmd that maps a huge page. */
  readonly hugePmd?: VisitEntry;
}

/**
 * One walk below and including the pgd, upper tables first, then by address. A damaged upper entry
 * ends its branch.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export function visitTables(tables: PageTables, pgdRow: number, visitor: TableVisitor): void {
  expectPgd("visitTables", tables, pgdRow);
  visitTable(tables, visitor, Level.PGD, pgdRow, 0);
}

/**
 * The same from a table on that may be any.
 * @modelOnly for checks and for printing
 */
export function visitTable(
  tables: PageTables,
  visitor: TableVisitor,
  level: Level,
  row: number,
  base: number,
): void {
  visitor.table?.(level, row, virtAddr(base));
  if (level === Level.PTE && visitor.pte === undefined) return;
  const firstCell = row << ROW_SHIFT;
  const lows = tables.low[firstCell >>> CHUNK_SHIFT];
  const highs = tables.high[firstCell >>> CHUNK_SHIFT];
  const first = firstCell & CHUNK_MASK;
  const span = ENTRY_SPAN[level];
  for (let left = tables.blocks[row]; left !== 0; left &= left - 1) {
    const block = lowestBlock(left);
    for (let index = block; index < block + BLOCK_ENTRIES; index++) {
      const low = lows[first + index];
      const high = highs[first + index];
      if (low === 0 && high === 0) continue;
      const addr = virtAddr(base + index * span);
      if (level === Level.PTE) visitor.pte?.(addr, firstCell + index, low, high);
      else visitUpper(tables, visitor, level, addr, firstCell + index, low, high);
    }
  }
}

/**
 * The same behind one upper entry, which says something.
 * @modelOnly for checks and for printing
 */
export function visitUpper(
  tables: PageTables,
  visitor: TableVisitor,
  level: Level,
  addr: VirtAddr,
  cell: number,
  low: number,
  high: number,
): void {
  if (level === Level.PMD && isPmdTransHuge(low)) visitor.hugePmd?.(addr, cell, low, high);
  const below = (level - 1) as Level;
  const next = rowBehind(level, low, high);
  if (isTable(tables, below, next)) visitTable(tables, visitor, below, next, addr);
}

/**
 * Calls `visit` for each table below and including the pgd, upper ones first, then by address.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export const forEachTable = (tables: PageTables, pgdRow: number, visit: VisitTable): void =>
  visitTables(tables, pgdRow, { table: visit });

/**
 * Calls `visit` for each pte that is not none, by address.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 * @example
 * ```ts
 * import { createPageTables, forEachPte, pgdAlloc } from "@forkpath/page-table";
 * import { createSync } from "@forkpath/sync";
 * const tables = createPageTables({ splitPtlocks: true });
 * let count = 0;
 * forEachPte(tables, pgdAlloc(createSync(), tables), () => void count++);
 * console.log(count); // 0
 * ```
 */
export const forEachPte = (tables: PageTables, pgdRow: number, visit: VisitEntry): void =>
  visitTables(tables, pgdRow, { pte: visit });

/**
 * Calls `visit` for each pmd that maps a huge page, by address.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export const forEachHugePmd = (tables: PageTables, pgdRow: number, visit: VisitEntry): void =>
  visitTables(tables, pgdRow, { hugePmd: visit });

/**
 * Index of the first entry of the first block that has a bit; there has to be one.
 * @modelOnly the kernel looks at every entry
 */
export const lowestBlock = (blocks: number): number =>
  (31 - Math.clz32(blocks & -blocks)) << BLOCK_SHIFT;

/**
 * Index of the first entry of a table, from `index` on, that is not none; 512 where there is none.
 * @modelOnly the kernel looks at every entry
 */
export function nextEntry(tables: PageTables, row: number, index: number): number {
  if (index >= PTRS_PER_TABLE) return PTRS_PER_TABLE;
  const firstCell = row << ROW_SHIFT;
  const lows = tables.low[firstCell >>> CHUNK_SHIFT];
  const highs = tables.high[firstCell >>> CHUNK_SHIFT];
  const first = firstCell & CHUNK_MASK;
  let left = tables.blocks[row] & (-1 << (index >>> BLOCK_SHIFT));
  for (; left !== 0; left &= left - 1) {
    const block = lowestBlock(left);
    for (let at = Math.max(block, index); at < block + BLOCK_ENTRIES; at++) {
      if (lows[first + at] !== 0 || highs[first + at] !== 0) return at;
    }
  }
  return PTRS_PER_TABLE;
}

/**
 * True when no entry of the table says anything.
 * @kernel the loop over pte_none of try_to_free_pte in mm/pt_reclaim.c
 */
export const isRowNone = (tables: PageTables, row: number): boolean =>
  nextEntry(tables, row, 0) === PTRS_PER_TABLE;

/**
 * Row of the table that an upper entry leads to; NO_TABLE if it is none or bad.
 * @modelOnly what a walk that repairs nothing makes of an upper entry
 */
export function rowBehind(level: Level, low: number, high: number): number {
  // A pud without flags is not bad, but none if it has no frame either: its row is NO_TABLE.
  return isDirBad(level, low, high) ? NO_TABLE : rowOf(low, high);
}
