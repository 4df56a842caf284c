export { drawAreas } from "./area/draw-areas.ts";
export { findVma, vmaPages } from "./area/list.ts";
export { sysBrk } from "./call/brk.ts";
export { sysMadvise } from "./call/madvise.ts";
export { type Mdwe, sysPrctlMdwe } from "./call/mdwe.ts";
export { sysMlock, sysMlock2, sysMlockall, sysMunlock, sysMunlockall } from "./call/mlock.ts";
export { type MmapRequest, type OpenFile, sysMmap } from "./call/mmap.ts";
export { sysMprotect } from "./call/mprotect.ts";
export { type MremapRequest, sysMremap } from "./call/mremap.ts";
export { sysMunmap } from "./call/munmap.ts";
export { type RemapFilePagesRequest, sysRemapFilePages } from "./call/remap-file-pages.ts";
export { sysPrctlThp } from "./call/thp-disable.ts";
export { copyPageRange } from "./copy/page-range.ts";
export { touch, touchRange } from "./fault/access.ts";
export { type GupOptions, getUserPages } from "./fault/get-user-pages.ts";
export { handleMmFault } from "./fault/handle-mm-fault.ts";
export { ACCESS_ERROR, AccessCode } from "./fault/page-fault.ts";
export { splitHugePage } from "./huge/split.ts";
export {
  drawEntries,
  type EntryLetter,
  entryLetter,
  findEntryCell,
  type PresentLetter,
} from "./machine/entry-letter.ts";
export { entryWord, readWord } from "./machine/entry-word.ts";
export { createMappedFile, type FileOptions } from "./machine/file.ts";
export { MMAP_BASE } from "./machine/mm.ts";
export type { MmuGather } from "./page/mmu-gather.ts";
export { pageToNid } from "./page/node.ts";
export { invalidateMappingPages, truncateInodePages } from "./page/page-cache.ts";
export { unpinPage } from "./page/pin.ts";
export { memoryFailure } from "./reclaim/memory-failure.ts";
export { type Migration, migrateEnd, migratePages, migratePagesBegin } from "./reclaim/migrate.ts";
export { type MovedPages, type MovePagesRequest, movePages } from "./reclaim/move-pages.ts";
export { type ReclaimCounts, type ReclaimOptions, reclaimPages } from "./reclaim/reclaim-pages.ts";
export { ShrinkResult } from "./reclaim/shrink-page.ts";
export { mmRules } from "./rules/book.ts";
export { createMmEnv, type MmEnvOptions } from "./rules/create-mm-env.ts";
export { checkCommit, checkSwapSlots } from "./space/check-machine.ts";
export { type CheckMmOptions, checkMm } from "./space/check-mm.ts";
export { clearEntryTally, createEntryTally, type EntryTally } from "./space/count-entries.ts";
export { exitMmap } from "./space/exit-mmap.ts";
export { mmAlloc } from "./space/mm-init.ts";
export { mmput } from "./space/mmput.ts";
export { collapseHugePage } from "./sweep/collapse-huge-page.ts";
export {
  SWAPOFF_PATIENCE,
  type SwapoffOptions,
  sysSwapoff,
  sysSwapon,
} from "./sweep/swapon-swapoff.ts";
export type { SignalPending } from "./sweep/try-to-unuse.ts";
export {
  type CommitAccount,
  type CommitOptions,
  type CopyVma,
  type CountedAs,
  type FaultCounts,
  type FaultPage,
  type MappedFile,
  type MayPromise,
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
  type Vma,
  VmFault,
  type VmOps,
} from "./types.ts";
export type {
  DriverFlags,
  FileFacts,
  HugeRule,
  LockKind,
  LruBatches,
  MmFields,
  MmInit,
  MovesPageRule,
  MremapRule,
  Nodes,
  StackGuard,
  UsageVma,
} from "./values.ts";
export type { ZapDetails } from "./zap/run.ts";
export { unmapMappingRange } from "./zap/unmap-mapping-range.ts";
export { type UnmapResult, unmapVmas, zapPageRange } from "./zap/unmap-vmas.ts";
