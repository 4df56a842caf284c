/**
 * Halves of calls, lists of areas, locks and counts of pages: what fork, exec and a machine are
 * built from.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { growVma, shrinkVma } from "./area/adjust.ts";
export { dupMmExeFile, setMmExeFile } from "./area/exe-file.ts";
export { expandStack } from "./area/expand-stack.ts";
export { linkFileVma } from "./area/file.ts";
export {
  allocVma,
  copyVmaStruct,
  createVma,
  findVmaIntersection,
  findVmaPrev,
  insertVma,
  linkVma,
  nextVma,
  type VmaOptions,
} from "./area/list.ts";
export { getUnmappedArea, UNKNOWN_HOLE_SIZE } from "./area/unmapped-area.ts";
export { doBrk } from "./call/brk.ts";
export { doMmap } from "./call/mmap.ts";
export { movePageTables } from "./call/move-page-tables.ts";
export { mprotectFixup } from "./call/mprotect.ts";
export { doMunmap } from "./call/munmap.ts";
export { shiftArgPages } from "./call/shift-arg-pages.ts";
export { remapPfnRange, vmInsertMixed, vmInsertPage } from "./fault/driver-pages.ts";
export { filemapVmOps } from "./fault/filemap.ts";
export { hugeZeroPage } from "./huge/frames.ts";
export { splitHugePagePmd } from "./huge/split.ts";
export { closeArea } from "./machine/area-lock.ts";
export { breakPoint } from "./machine/break-point.ts";
export { vmEnoughMemory, vmUnacctMemory } from "./machine/commit.ts";
export { stopToPromise, vmEnoughSteps, vmUnacctSteps } from "./machine/commit-point.ts";
export { findHugePmd, hugePmdPfn } from "./machine/huge-pmd.ts";
export { NO_LIMITS } from "./machine/limits.ts";
export { migrationsPoint, rangePoint } from "./machine/memory-point.ts";
export { allocateMm } from "./machine/mm.ts";
export { flushTlbMm } from "./machine/tlb.ts";
export { addTotalVm, usagePoint, vmStatAccount } from "./machine/vm-stat.ts";
export { getFile, putFile } from "./page/file-refs.ts";
export { isPageLocked, lockPage, trylockPage, unlockPage, waitOnPageLocked } from "./page/lock.ts";
export { batchedPages, lruAddDrain, lruAddDrainAll, markPageAccessed } from "./page/lru-batch.ts";
export { FREE_PTE_NR, tlbFinishMmu, tlbGatherMmu } from "./page/mmu-gather.ts";
export { addToPageCache, removeFromPageCache } from "./page/page-cache.ts";
export { refsOfPin } from "./page/pin.ts";
export { shmemTruncateSwap } from "./page/shmem.ts";
export { dropPage, setPageDirty } from "./page/state.ts";
export {
  addToSwap,
  lookupSwapCache,
  reuseSwapPage,
  swapEntryOfPage,
  tryToFreeSwap,
} from "./page/swap-cache.ts";
export { readSwapCacheAsync } from "./page/swap-read.ts";
export { SwapResult } from "./reclaim/rmap-walk.ts";
export { shrinkPage } from "./reclaim/shrink-page.ts";
export { tryToUnmap } from "./reclaim/try-to-unmap.ts";
export { TtuAction, type TtuFlags } from "./reclaim/try-to-unmap-one.ts";
export { allocMm, archPickMmapLayout, mmFreePgd, mmInit } from "./space/mm-init.ts";
export { mmdrop } from "./space/mmput.ts";
