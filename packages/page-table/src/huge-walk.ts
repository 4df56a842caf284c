/**
 * Finding huge pages: entries of pmd tables that map 2 MiB each, and lead to no pte table.
 *
 * The walks of walk.ts pass them by: to those a huge entry is an empty branch.
 */
import { PTRS_PER_TABLE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { pteHigh, pteLow } from "./cells.ts";
import { isDirBad, rowOf } from "./directory.ts";
import { isPmdTransHuge } from "./entry.ts";
import { expectPgd } from "./expect.ts";
import { ENTRY_SPAN, entryOffset } from "./step.ts";
import { Level, NO_CELL, NO_TABLE, type PageTables } from "./tables.ts";
import { forEachEntry, forEachTable } from "./walk.ts";

/**
 * The cell of the pmd for `va` (any byte of it), or NO_CELL where a table is missing. The pmd may be
 * none, lead to a pte table or map a huge page.
 * @throws RangeError unless `pgdRow` is a pgd
 * @kernel mm_find_pmd in mm/rmap.c
 */
export function findPmdCell(tables: PageTables, pgdRow: number, va: VirtAddr): number {
  expectPgd("findPmdCell", tables, pgdRow);
  let row = pgdRow;
  for (let level = Level.PGD as Level; level > Level.PMD; level--) {
    const cell = entryOffset(level, row, va);
    const low = pteLow(tables, cell);
    const high = pteHigh(tables, cell);
    row = isDirBad(level, low, high) ? NO_TABLE : rowOf(low, high);
    if (row === NO_TABLE) return NO_CELL;
  }
  return entryOffset(Level.PMD, row, va);
}

/**
 * Calls `visit` for each pmd that maps a huge page, by address. It may change the pmd.
 * @throws RangeError unless `pgdRow` is a pgd
 * @modelOnly for checks and for printing
 */
export function forEachHugePmd(
  tables: PageTables,
  pgdRow: number,
  visit: (addr: VirtAddr, cell: number, low: number, high: number) => void,
): void {
  forEachTable(tables, pgdRow, (level, row, base) => {
    if (level !== Level.PMD) return;
    forEachEntry(tables, row, (index, low, high) => {
      if (!isPmdTransHuge(low)) return;
      const addr = virtAddr(base + index * ENTRY_SPAN[Level.PMD]);
      visit(addr, row * PTRS_PER_TABLE + index, low, high);
    });
  });
}
