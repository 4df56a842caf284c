/**
 * Finding the pmd of an address: an entry that maps a huge page of 2 MiB leads to no pte table, and
 * the walk to a pte passes it by.
 */
import type { VirtAddr } from "@forkpath/abi";
import { pteHigh, pteLow } from "./cells.ts";
import { expectPgd } from "./expect.ts";
import { tableOffset } from "./step.ts";
import { Level, NO_CELL, NO_TABLE, type PageTables } from "./tables.ts";
import { rowBehind } from "./visit.ts";

/**
 * The cell of the pmd for `va` (any byte of it), or NO_CELL where a table is missing. The pmd may
 * be none, lead to a pte table or map a huge page.
 * @throws RangeError unless `pgdRow` is a pgd
 * @kernel mm_find_pmd in mm/rmap.c
 */
export function findPmdCell(tables: PageTables, pgdRow: number, va: VirtAddr): number {
  expectPgd("findPmdCell", tables, pgdRow);
  let row = pgdRow;
  for (let level = Level.PGD as Level; level > Level.PMD; level--) {
    const cell = tableOffset(level, row, va);
    row = rowBehind(level, pteLow(tables, cell), pteHigh(tables, cell));
    if (row === NO_TABLE) return NO_CELL;
  }
  return tableOffset(Level.PMD, row, va);
}
