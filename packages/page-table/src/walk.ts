/**
 * Finding one entry, and visiting all of them.
 *
 * Nothing here changes a table. An upper entry that is none or damaged ends its branch, as it does
 * for the kernel's follow_page; to clear damaged ones is the business of the paths that modify.
 */
import {
  expectInteger,
  PAGE_SIZE,
  PTRS_PER_TABLE,
  PUD_SIZE,
  type VirtAddr,
  virtAddr,
} from "@forkpath/abi";
import { pteHigh, pteLow } from "./cells.ts";
import { isDirBad, rowOf } from "./directory.ts";
import { expectPgd } from "./expect.ts";
import { ENTRY_SPAN } from "./step.ts";
import {
  CHUNK_MASK,
  CHUNK_SHIFT,
  isTable,
  Level,
  NO_CELL,
  NO_TABLE,
  type PageTables,
} from "./tables.ts";

const USER_END = 2 ** 47;
const INDEX_BITS = 9;
const INDEX_MASK = PTRS_PER_TABLE - 1;
const TWO_INDICES = 2 ** (2 * INDEX_BITS) - 1;

/**
 * The cell of the pte for `va` (any byte of the page), or NO_CELL where a table is missing.
 * @throws RangeError or TypeError unless `va` is an integer below 2^47 and `pgdRow` a pgd
 * @kernel the walk of follow_page in mm/memory.c
 * @deviates Knows no huge pages.
 */
export function findPteCell(tables: PageTables, pgdRow: number, va: VirtAddr): number {
  if (!(Number.isInteger(va) && va >= 0 && va < USER_END)) {
    expectInteger("findPteCell", "va", va, 0, USER_END - 1);
  }
  expectPgd("findPteCell", tables, pgdRow);
  // Two divisions for four indices: the pgd's and pud's nine bits, then the pmd's and pte's.
  const upper = (va / PUD_SIZE) & TWO_INDICES;
  const lower = (va / PAGE_SIZE) & TWO_INDICES;
  const pud = goodRow(tables, Level.PGD, pgdRow * PTRS_PER_TABLE + (upper >>> INDEX_BITS));
  if (pud === NO_TABLE) return NO_CELL;
  const pmd = goodRow(tables, Level.PUD, pud * PTRS_PER_TABLE + (upper & INDEX_MASK));
  if (pmd === NO_TABLE) return NO_CELL;
  const pte = goodRow(tables, Level.PMD, pmd * PTRS_PER_TABLE + (lower >>> INDEX_BITS));
  if (pte === NO_TABLE) return NO_CELL;
  return pte * PTRS_PER_TABLE + (lower & INDEX_MASK);
}

/**
 * Calls `visit` for each table below and including the pgd, upper ones first, then by address.
 * @param visit gets the table's level and row, and the first address that it maps
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export function forEachTable(
  tables: PageTables,
  pgdRow: number,
  visit: (level: Level, row: number, addr: VirtAddr) => void,
): void {
  expectPgd("forEachTable", tables, pgdRow);
  const descend = (level: Level, row: number, base: number): void => {
    visit(level, row, virtAddr(base));
    if (level === Level.PTE) return;
    const below = (level - 1) as Level;
    forEachEntry(tables, row, (index, low, high) => {
      const next = rowBehind(level, low, high);
      if (isTable(tables, below, next)) descend(below, next, base + index * ENTRY_SPAN[level]);
    });
  };
  descend(Level.PGD, pgdRow, 0);
}

/**
 * Calls `visit` for each pte that is not none, by address. It may change ptes, but no table.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export function forEachPte(
  tables: PageTables,
  pgdRow: number,
  visit: (addr: VirtAddr, cell: number, low: number, high: number) => void,
): void {
  forEachTable(tables, pgdRow, (level, row, base) => {
    if (level !== Level.PTE) return;
    forEachEntry(tables, row, (index, low, high) => {
      const addr = virtAddr(base + index * ENTRY_SPAN[Level.PTE]);
      visit(addr, row * PTRS_PER_TABLE + index, low, high);
    });
  });
}

/**
 * Calls `visit` for each entry of one table that is not none. Most are none: so the table's chunks
 * are fetched once, and an empty entry costs two loads.
 * @modelOnly for checks and for printing
 */
export function forEachEntry(
  tables: PageTables,
  row: number,
  visit: (index: number, low: number, high: number) => void,
): void {
  const firstCell = row * PTRS_PER_TABLE;
  const lows = tables.low[firstCell >>> CHUNK_SHIFT];
  const highs = tables.high[firstCell >>> CHUNK_SHIFT];
  const first = firstCell & CHUNK_MASK;
  const end = first + PTRS_PER_TABLE; // an import in the condition costs a call each under vitest
  for (let cell = first; cell < end; cell++) {
    const low = lows[cell];
    const high = highs[cell];
    if (low !== 0 || high !== 0) visit(cell - first, low, high);
  }
}

/** Row below an upper entry; NO_TABLE if the entry is none or bad. */
const goodRow = (tables: PageTables, level: Level, cell: number): number =>
  rowBehind(level, pteLow(tables, cell), pteHigh(tables, cell));

/** The same of the entry's words. */
function rowBehind(level: Level, low: number, high: number): number {
  // A pud without flags is not bad, but none if it has no frame either: its row is NO_TABLE.
  return isDirBad(level, low, high) ? NO_TABLE : rowOf(low, high);
}
