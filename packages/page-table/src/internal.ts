/**
 * Rows and chunks of tables, for loops over entries that must not cost a call each.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { PTE_FLAGS_LOW, PTE_PFN_HIGH, PTE_PFN_LOW, TABLE_KERNEL, TABLE_USER } from "./bits.ts";
export { copyBlocks } from "./cells.ts";
export { beginTableRecount, countTables, endTableRecount } from "./check.ts";
export { entryRow, isDirBad, noneOrClearBad, populate, rowOf } from "./directory.ts";
export { type KeptEntries, keepEntries } from "./keep.ts";
export { upperTables } from "./owner.ts";
export { pfnHigh, pfnLow } from "./pfn-field.ts";
export { ENTRY_SPAN } from "./step.ts";
export { streakLength } from "./streak.ts";
export {
  BLOCK_ENTRIES,
  CHUNK_MASK,
  CHUNK_SHIFT,
  CHUNK_TABLES,
  HUGE_ENTRY,
  isPageTables,
  isTable,
  ROW_SHIFT,
  tableBytes,
} from "./tables.ts";
export { isRowNone, lowestBlock, nextEntry } from "./visit.ts";
