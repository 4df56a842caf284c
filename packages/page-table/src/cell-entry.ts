/** What is done with the entry of a cell where it stands: both of its words at once. */
import type { Pfn } from "@forkpath/abi";
import { pteHigh, pteLow, setPte } from "./cells.ts";
import { isPteYoung, pteMkold } from "./entry.ts";
import { pgoffToPteHigh, pgoffToPteLow } from "./file-pte.ts";
import { ptePfn } from "./pfn-field.ts";
import type { PageTables } from "./tables.ts";

/**
 * Frame number of the present entry in `cell`.
 * @kernel pte_pfn in arch/x86/include/asm/pgtable.h
 */
export const pfnAt = (tables: PageTables, cell: number): Pfn =>
  ptePfn(pteLow(tables, cell), pteHigh(tables, cell));

/**
 * Leaves in `cell` where in the file its page is.
 * @param pgoff offset in the file, pages
 * @throws RangeError or TypeError unless `pgoff` is an integer below 2^52
 * @kernel set_pte_at in arch/x86/include/asm/pgtable.h, of pgoff_to_pte
 */
export function setFilePte(tables: PageTables, cell: number, pgoff: number): void {
  setPte(tables, cell, pgoffToPteLow(pgoff), pgoffToPteHigh(pgoff));
}

/**
 * Makes the entry in `cell` old.
 * @returns whether it was young
 * @kernel ptep_test_and_clear_young in arch/x86/mm/pgtable.c
 */
export function testAndClearYoung(tables: PageTables, cell: number): boolean {
  const low = pteLow(tables, cell);
  if (!isPteYoung(low)) return false;
  setPte(tables, cell, pteMkold(low), pteHigh(tables, cell));
  return true;
}
