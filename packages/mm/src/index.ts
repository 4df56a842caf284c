export { growVma, shrinkVma } from "./area/adjust.ts";
export { drawAreas } from "./area/draw-areas.ts";
export { dupMmExeFile, setMmExeFile } from "./area/exe-file.ts";
export { expandStack } from "./area/expand-stack.ts";
export { linkFileVma } from "./area/file.ts";
export {
  allocVma,
  copyVmaStruct,
  createVma,
  findVma,
  findVmaIntersection,
  findVmaPrev,
  insertVma,
  linkVma,
  nextVma,
  type VmaOptions,
  vmaPages,
} from "./area/list.ts";
export { getUnmappedArea, UNKNOWN_HOLE_SIZE } from "./area/unmapped-area.ts";
export { doBrk, sysBrk } from "./call/brk.ts";
export { sysMadvise } from "./call/madvise.ts";
export { sysMlock, sysMlock2, sysMlockall, sysMunlock, sysMunlockall } from "./call/mlock.ts";
export { doMmap, type MmapRequest, type OpenFile, sysMmap } from "./call/mmap.ts";
export { movePageTables } from "./call/move-page-tables.ts";
export { mprotectFixup, sysMprotect } from "./call/mprotect.ts";
export { type MremapRequest, sysMremap } from "./call/mremap.ts";
export { doMunmap, sysMunmap } from "./call/munmap.ts";
export { type RemapFilePagesRequest, sysRemapFilePages } from "./call/remap-file-pages.ts";
export { shiftArgPages } from "./call/shift-arg-pages.ts";
export { sysPrctlThp } from "./call/thp-disable.ts";
export { copyPageRange } from "./copy/page-range.ts";
export { touch, touchRange } from "./fault/access.ts";
export { remapPfnRange, vmInsertMixed, vmInsertPage } from "./fault/driver-pages.ts";
export { filemapVmOps } from "./fault/filemap.ts";
export { type GupOptions, getUserPages } from "./fault/get-user-pages.ts";
export { handleMmFault } from "./fault/handle-mm-fault.ts";
export { ACCESS_ERROR, AccessCode } from "./fault/page-fault.ts";
export { hugeZeroPage } from "./huge/frames.ts";
export { splitHugePage, splitHugePagePmd } from "./huge/split.ts";
export { closeArea } from "./machine/area-lock.ts";
export { vmEnoughMemory, vmUnacctMemory } from "./machine/commit.ts";
export {
  drawEntries,
  type EntryLetter,
  entryLetter,
  findEntryCell,
} from "./machine/entry-letter.ts";
export { entryWord, readWord } from "./machine/entry-word.ts";
export { createMappedFile, type FileOptions } from "./machine/file.ts";
export { findHugePmd, hugePmdPfn } from "./machine/huge-pmd.ts";
export { NO_LIMITS } from "./machine/limits.ts";
export { allocateMm, MMAP_BASE } from "./machine/mm.ts";
export { flushTlbMm } from "./machine/tlb.ts";
export { addTotalVm, vmStatAccount } from "./machine/vm-stat.ts";
export { getFile, putFile } from "./page/file-refs.ts";
export { isPageLocked, lockPage, trylockPage, unlockPage, waitOnPageLocked } from "./page/lock.ts";
export {
  batchedPages,
  lruAddDrain,
  lruAddDrainAll,
  markPageAccessed,
} from "./page/lru-batch.ts";
export { FREE_PTE_NR, type MmuGather, tlbFinishMmu, tlbGatherMmu } from "./page/mmu-gather.ts";
export { pageToNid } from "./page/node.ts";
export {
  addToPageCache,
  invalidateMappingPages,
  removeFromPageCache,
  truncateInodePages,
} from "./page/page-cache.ts";
export { refsOfPin, unpinPage } from "./page/pin.ts";
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
export { memoryFailure } from "./reclaim/memory-failure.ts";
export { type Migration, migrateEnd, migratePages, migratePagesBegin } from "./reclaim/migrate.ts";
export { type MovedPages, type MovePagesRequest, movePages } from "./reclaim/move-pages.ts";
export { type ReclaimCounts, type ReclaimOptions, reclaimPages } from "./reclaim/reclaim-pages.ts";
export { SwapResult } from "./reclaim/rmap-walk.ts";
export { ShrinkResult, shrinkPage } from "./reclaim/shrink-page.ts";
export { tryToUnmap } from "./reclaim/try-to-unmap.ts";
export { TtuAction, type TtuFlags } from "./reclaim/try-to-unmap-one.ts";
export { mmRules } from "./rules/book.ts";
export { createMmEnv, type MmEnvOptions } from "./rules/create-mm-env.ts";
export { checkCommit, checkSwapSlots } from "./space/check-machine.ts";
export { type CheckMmOptions, checkMm } from "./space/check-mm.ts";
export { exitMmap } from "./space/exit-mmap.ts";
export { allocMm, archPickMmapLayout, mmAlloc, mmFreePgd, mmInit } from "./space/mm-init.ts";
export { mmdrop, mmput } from "./space/mmput.ts";
export { collapseHugePage } from "./sweep/collapse-huge-page.ts";
export {
  SWAPOFF_PATIENCE,
  type SwapoffOptions,
  sysSwapoff,
  sysSwapon,
} from "./sweep/swapon-swapoff.ts";
export type { CopyVma, FaultPage, Vma, VmOps } from "./types.ts";
export {
  type CommitAccount,
  type CommitOptions,
  type FaultCounts,
  type MappedFile,
  type MigrationRule,
  type MmEnv,
  type MmLayout,
  type MmLimits,
  type MmRules,
  type MmStruct,
  type MmUsage,
  NOT_COUNTED,
  Overcommit,
  type ReuseRule,
  type SwapInRule,
  ThpMode,
  VM_FAULT_ERROR,
  VmFault,
} from "./types.ts";
export type { ZapDetails } from "./zap/run.ts";
export { unmapMappingRange } from "./zap/unmap-mapping-range.ts";
export { type UnmapResult, unmapVmas, zapPageRange } from "./zap/unmap-vmas.ts";
