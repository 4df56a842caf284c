export { countFault, type FaultCounts, touch, touchRange } from "./access.ts";
export { doBrk, sysBrk } from "./brk.ts";
export { accountedPages, type CheckMmOptions, checkMm } from "./check-mm.ts";
export {
  type CommitAccount,
  type CommitOptions,
  Overcommit,
  vmEnoughMemory,
  vmUnacctMemory,
} from "./commit.ts";
export { copyPageRange } from "./copy-page-range.ts";
export { createMmEnv, type MmEnv, type MmEnvOptions } from "./env.ts";
export { dupMmExeFile, setMmExeFile } from "./exe-file.ts";
export { exitMmap } from "./exit-mmap.ts";
export { expandStack } from "./expand-stack.ts";
export { handleMmFault } from "./fault.ts";
export { VM_FAULT_ERROR, VmFault } from "./fault-code.ts";
export { createMappedFile, type FileOptions, type MappedFile } from "./file.ts";
export { getFile, putFile } from "./file-refs.ts";
export { linkFileVma } from "./file-vma.ts";
export { filemapVmOps } from "./filemap.ts";
export { type GupOptions, getUserPages } from "./get-user-pages.ts";
export { collapseHugePage } from "./huge-collapse.ts";
export { findHugePmd, hugePmdPfn, ThpMode } from "./huge-pmd.ts";
export { splitHugePage, splitHugePagePmd } from "./huge-split.ts";
export { type MmLimits, NO_LIMITS } from "./limits.ts";
export { sysMadvise } from "./madvise.ts";
export { memoryFailure } from "./memory-failure.ts";
export { type Migration, migrateEnd, migratePages, migratePagesBegin } from "./migrate.ts";
export { sysMlock, sysMlockall, sysMunlock, sysMunlockall } from "./mlock.ts";
export { allocateMm, MMAP_BASE, type MmLayout, type MmStruct, type MmUsage } from "./mm.ts";
export { allocMm, archPickMmapLayout, mmAlloc, mmFreePgd, mmInit } from "./mm-init.ts";
export { doMmap, type MmapRequest, type OpenFile, sysMmap } from "./mmap.ts";
export { mmdrop, mmput } from "./mmput.ts";
export { FREE_PTE_NR, type MmuGather, tlbFinishMmu, tlbGatherMmu } from "./mmu-gather.ts";
export { movePageTables } from "./move-page-tables.ts";
export { mprotectFixup, sysMprotect } from "./mprotect.ts";
export { type MremapRequest, sysMremap } from "./mremap.ts";
export { doMunmap, sysMunmap } from "./munmap.ts";
export {
  addToPageCache,
  invalidateMappingPages,
  removeFromPageCache,
  truncateInodePages,
} from "./page-cache.ts";
export { ACCESS_ERROR, AccessCode } from "./page-fault.ts";
export { isPageLocked, lockPage, trylockPage, unlockPage, waitOnPageLocked } from "./page-lock.ts";
export { dropPage } from "./page-state.ts";
export { type ReclaimCounts, type ReclaimOptions, reclaimPages } from "./reclaim.ts";
export { type RemapFilePagesRequest, sysRemapFilePages } from "./remap-file-pages.ts";
export { SwapResult } from "./rmap-walk.ts";
export { shiftArgPages } from "./shift-arg-pages.ts";
export { ShrinkResult, shrinkPage } from "./shrink-page.ts";
export {
  addToSwap,
  lookupSwapCache,
  reuseSwapPage,
  swapEntryOfPage,
  tryToFreeSwap,
} from "./swap-cache.ts";
export { readSwapCacheAsync } from "./swap-read.ts";
export { SWAPOFF_PATIENCE, type SwapoffOptions, sysSwapoff, sysSwapon } from "./swapon-swapoff.ts";
export { flushTlbMm } from "./tlb.ts";
export { tryToUnmap } from "./try-to-unmap.ts";
export { TtuAction, type TtuFlags } from "./try-to-unmap-one.ts";
export { unmapMappingRange } from "./unmap-mapping-range.ts";
export { type UnmapResult, unmapVmas, zapPageRange } from "./unmap-vmas.ts";
export { UNKNOWN_HOLE_SIZE } from "./unmapped-area.ts";
export { addTotalVm, vmStatAccount } from "./vm-stat.ts";
export type { CopyVma, FaultPage, Vma, VmOps } from "./vma.ts";
export { growVma, shrinkVma } from "./vma-adjust.ts";
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
} from "./vma-list.ts";
export type { ZapDetails } from "./zap-run.ts";
