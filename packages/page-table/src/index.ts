export {
  pgdAlloc,
  pgdFree,
  pmdAlloc,
  pteAlloc,
  pteAllocNow,
  pudAlloc,
  type TableAlloc,
} from "./alloc.ts";
export { allocPmdCell, allocPteCell } from "./alloc-walk.ts";
export { Pte, PteHigh } from "./bits.ts";
export { pfnAt, setFilePte, testAndClearYoung } from "./cell-entry.ts";
export {
  clearPte,
  isPteSame,
  peekEntry,
  pokeEntry,
  pteHigh,
  pteLow,
  ptepSetAccessFlags,
  ptepSetWrprotect,
  setPte,
} from "./cells.ts";
export { checkBlocks, checkPageTables, type TableRecount } from "./check.ts";
export {
  isPmdPresent,
  isPmdTransHuge,
  isPmdTransSplitting,
  isPteDirty,
  isPteExec,
  isPteFile,
  isPteGlobal,
  isPteHuge,
  isPteNone,
  isPtePresent,
  isPteSpecial,
  isPteWrite,
  isPteYoung,
  isSwapPte,
  maybeMkwrite,
  pteMkclean,
  pteMkdirty,
  pteMkold,
  pteMkspecial,
  pteMkwrite,
  pteMkyoung,
  pteWrprotect,
} from "./entry.ts";
export { pgoffToPteHigh, pgoffToPteLow, pteToPgoff } from "./file-pte.ts";
export { type FreedRange, freePgdRange, freePgtables } from "./free.ts";
export { findPmdCell } from "./huge-walk.ts";
export { createPageTableLock, pmdLockOf, ptlOf, type TableOwner } from "./owner.ts";
export { mkPte, mkPteHigh, mkPteLow, PFN_LIMIT, ptePfn } from "./pfn-field.ts";
export { pteModifyHigh, pteModifyLow, vmPageProtHigh, vmPageProtLow } from "./protection.ts";
export { freePteTable, pteAllocOne, pteFree } from "./pte-page.ts";
export { type PageTableRules, pageTableRules } from "./rules/book.ts";
export type { PresentWords } from "./rules/entry-words.ts";
export type { PmdLocks } from "./rules/pmd-locks.ts";
export {
  entryEnd,
  pgdAddrEnd,
  pgdIndex,
  pgdOffset,
  pmdAddrEnd,
  pmdIndex,
  pmdOffset,
  pteIndex,
  pteOffset,
  pudAddrEnd,
  pudIndex,
  pudOffset,
  tableOffset,
} from "./step.ts";
export {
  createPageTables,
  LEVEL_NAMES,
  Level,
  NO_CELL,
  NO_TABLE,
  type PageTables,
  type PageTablesOptions,
} from "./tables.ts";
export { formatPte, pteFlagNames, pteFromBigint, pteToBigint } from "./text.ts";
export {
  forEachHugePmd,
  forEachPte,
  forEachTable,
  type TableVisitor,
  type VisitEntry,
  type VisitTable,
  visitTables,
} from "./visit.ts";
export { findPteCell } from "./walk.ts";
