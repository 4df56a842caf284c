export { addSwapCountContinuation } from "./add-continuation.ts";
export { archEntryToPte, archEntryValue, type PteWords, pagemapOfSwap } from "./arch-entry.ts";
export {
  addToSwapCache,
  cachedPageOf,
  deleteFromSwapCache,
  reuseCachedPage,
  type SwapCachePages,
  tryToFreeSlot,
} from "./cache.ts";
export { checkSwap, type SwapCheckOptions } from "./check.ts";
export { checkSlots, type SlotUsers } from "./check-slots.ts";
export { SLOTS_PER_CHAIN } from "./continuation.ts";
export { swapcachePrepare, swapDuplicate, swapShmemAlloc } from "./duplicate.ts";
export {
  isHwpoisonEntry,
  isMigrationEntry,
  isNonSwapEntry,
  isSwpExclusive,
  isWriteMigrationEntry,
  MAX_SWAPFILES,
  readMigrationLow,
  SwpType,
  swpClearExclusive,
  swpMkexclusive,
  swpOffset,
  swpPteHigh,
  swpPteLow,
  swpType,
} from "./entry.ts";
export { pageSwapcount, swapcacheFree, swapEntryFree, swapFree, vmSwapFull } from "./free.ts";
export { freeSwapAndCache } from "./free-and-cache.ts";
export type { BadEntry } from "./info.ts";
export { type SlotState, SwapMap, type SwapUsage, slotState } from "./map-byte.ts";
export { isPteMarker, makePteMarker, PteMarker, pteMarkerBits } from "./marker.ts";
export {
  isMigrationDirty,
  isMigrationYoung,
  isReadExclusiveMigration,
  type MigrationFacts,
  makeMigrationHigh,
  makeMigrationLow,
  swpPfn,
} from "./migration.ts";
export {
  createMmListNode,
  isOnMmlist,
  type MmList,
  type MmListNode,
  mmlistAddAfter,
  mmlistFrom,
  mmlistRemove,
} from "./mmlist.ts";
export {
  entryOffset,
  entryOfPte,
  entryPteHigh,
  entryPteLow,
  entryType,
  makeEntry,
  NO_ENTRY,
} from "./packed.ts";
export { peekSlot, pokeSlot, type SwapSlot, swapCount } from "./poke.ts";
export { type SwapRules, swapRules } from "./rules/book.ts";
export type { SwapLayout } from "./rules/swap-layout.ts";
export { NO_TYPE, type SwapBuild, type SwapTypes, type TypesOf } from "./rules/swap-types.ts";
export { getSwapPage } from "./slot.ts";
export { createSwap, type SwapArea, SwapFlag, type SwapOptions, type SwapState } from "./state.ts";
export { abortSwapoff, beginSwapoff, findNextToUnuse, finishSwapoff } from "./swapoff.ts";
export { addSwapArea, type SwapAreaOptions } from "./swapon.ts";
export { type EntryWords, readEntryWord, showEntryWord } from "./word.ts";
