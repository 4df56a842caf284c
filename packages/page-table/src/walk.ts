/**
 * Finding the pte of an address; visit.ts goes through all of them.
 *
 * Nothing here changes a table. An upper entry that is none or damaged ends its branch, as it does
 * for the kernel's follow_page; to clear damaged ones is the business of the paths that modify.
 */
import {
  expectInteger,
  PAGE_SIZE,
  PTRS_PER_TABLE,
  PUD_SIZE,
  USER_END,
  type VirtAddr,
} from "@forkpath/abi";
import { pteHigh, pteLow } from "./cells.ts";
import { expectPgd } from "./expect.ts";
import { Level, NO_CELL, NO_TABLE, type PageTables } from "./tables.ts";
import { rowBehind } from "./visit.ts";

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

/** Row below an upper entry; NO_TABLE if the entry is none or bad. */
const goodRow = (tables: PageTables, level: Level, cell: number): number =>
  rowBehind(level, pteLow(tables, cell), pteHigh(tables, cell));
