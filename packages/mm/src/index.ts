export { ACCESS_ERROR, AccessCode, touch, touchRange } from "./access.ts";
export {
  type CommitAccount,
  type CommitOptions,
  Overcommit,
  vmEnoughMemory,
  vmUnacctMemory,
} from "./commit.ts";
export { copyPageRange } from "./copy-page-range.ts";
export { createMmEnv, type MmEnv, type MmEnvOptions } from "./env.ts";
export { handleMmFault } from "./fault.ts";
export { VM_FAULT_ERROR, VmFault } from "./fault-code.ts";
export { createMappedFile, type FileOptions, type MappedFile } from "./file.ts";
export { filemapVmOps } from "./filemap.ts";
export { type GupOptions, getUserPages } from "./get-user-pages.ts";
export { memoryFailure } from "./memory-failure.ts";
export { type Migration, migrateEnd, migratePages, migratePagesBegin } from "./migrate.ts";
export { allocateMm, MMAP_BASE, type MmLayout, type MmStruct, type MmUsage } from "./mm.ts";
export { FREE_PTE_NR, type MmuGather, tlbFinishMmu, tlbGatherMmu } from "./mmu-gather.ts";
export {
  addToPageCache,
  invalidateMappingPages,
  removeFromPageCache,
  truncateInodePages,
} from "./page-cache.ts";
export { isPageLocked, lockPage, trylockPage, unlockPage, waitOnPageLocked } from "./page-lock.ts";
export { dropPage } from "./page-state.ts";
export { type ReclaimCounts, type ReclaimOptions, reclaimPages } from "./reclaim.ts";
export { SwapResult } from "./rmap-walk.ts";
export { ShrinkResult, shrinkPage } from "./shrink-page.ts";
export {
  addToSwap,
  lookupSwapCache,
  reuseSwapPage,
  swapEntryOfPage,
  tryToFreeSwap,
} from "./swap-cache.ts";
export { readSwapCacheAsync } from "./swap-read.ts";
export { tryToUnmap } from "./try-to-unmap.ts";
export { TtuAction, type TtuFlags } from "./try-to-unmap-one.ts";
export { type UnmapResult, unmapVmas, zapPageRange } from "./unmap-vmas.ts";
export type { CopyVma, FaultPage, Vma, VmOps } from "./vma.ts";
export type { ZapDetails } from "./zap-run.ts";
