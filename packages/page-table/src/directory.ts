/**
 * Upper entries: those of pmd, pud and pgd tables, which lead to the table below (SPEC §2.4).
 *
 * A good one reads 0x67 beside the frame number, and the row of the table below stands for that
 * frame. A damaged one is reported where a walk meets it, cleared, and treated as none.
 */
import { PAGE_SHIFT } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import type { Sync } from "@forkpath/sync";
import { PTE_FLAGS_LOW, PTE_PFN_HIGH, Pte, TABLE_KERNEL, TABLE_USER } from "./bits.ts";
import { clearPte, pteHigh, pteLow, setPte } from "./cells.ts";
import { LEVEL_NAMES, Level, type PageTables } from "./tables.ts";

/** Where the high word's part of a row begins. */
const ROW_SHIFT_HIGH = 20;
/** A row has 23 bits, so 32-bit operators do, unlike for a frame. */
const ROW_MASK = 2 ** 23 - 1;

/**
 * Row of the table that an upper entry leads to, or NO_TABLE. The entry is none or good.
 * @kernel pmd_page_vaddr, pud_page_vaddr and pgd_page_vaddr in arch/x86/include/asm/pgtable.h
 */
export const entryRow = (tables: PageTables, cell: number): number =>
  rowOf(pteLow(tables, cell), pteHigh(tables, cell));

/**
 * The same, for a caller that has the words.
 * @modelOnly takes the place of pmd_pfn and its siblings
 */
export const rowOf = (low: number, high: number): number =>
  ((low >>> PAGE_SHIFT) | (high << ROW_SHIFT_HIGH)) & ROW_MASK;

/**
 * Hooks the table `row` in.
 * @kernel pmd_populate, pud_populate and pgd_populate in arch/x86/include/asm/pgalloc.h
 */
export function populate(tables: PageTables, upperCell: number, row: number): void {
  setPte(tables, upperCell, (row << PAGE_SHIFT) | TABLE_USER, row >>> ROW_SHIFT_HIGH);
}

/**
 * Does an entry that is not none have the wrong flags? pmd and pgd want all of a table's flags,
 * USER apart; a pud is content if it has no others. A huge pmd is bad too: ask for it first.
 * @param level level of the table that the entry stands in
 * @kernel pmd_bad, pud_bad and pgd_bad in arch/x86/include/asm/pgtable.h
 */
export function isDirBad(level: Level, low: number, high: number): boolean {
  if ((high & ~PTE_PFN_HIGH) !== 0) return true;
  return level === Level.PUD
    ? (low & PTE_FLAGS_LOW & ~TABLE_USER) !== 0
    : (low & PTE_FLAGS_LOW & ~Pte.USER) !== TABLE_KERNEL;
}

/**
 * True when a walk has to skip the entry. A bad one is reported and cleared.
 * @param level level of the table that the entry stands in
 * @kernel pmd_none_or_clear_bad and its siblings in include/asm-generic/pgtable.h
 */
export function noneOrClearBad(
  sync: Sync,
  tables: PageTables,
  level: Level,
  cell: number,
): boolean {
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  if (low === 0 && high === 0) return true;
  if (!isDirBad(level, low, high)) return false;
  if (sync.traced & EventClass.MM) {
    emit(sync, { kind: "bad_dir", level: LEVEL_NAMES[level], low, high });
  }
  clearPte(tables, cell);
  return true;
}
