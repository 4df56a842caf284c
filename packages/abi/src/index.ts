export { expectAligned, expectInteger } from "./check.ts";
export { CloneFlag, type CloneFlagName, FORK_FLAGS, Signal, VFORK_FLAGS } from "./clone-flags.ts";
export { Errno, errnoName } from "./errno.ts";
export { hex, hexByte } from "./hex.ts";
export {
  kernelOfRelease,
  kernelsIn,
  RANGE_FORMS,
  RANGE_PATTERN,
  releaseNumber,
} from "./kernel-range.ts";
export { Madvise, MapFlag, Mcl, Mlock, Mremap, Prot } from "./mmap-flags.ts";
export {
  isPageAligned,
  KB_PER_PAGE,
  MMAP_MIN_ADDR,
  PAGE_SHIFT,
  PAGE_SIZE,
  PGDIR_SIZE,
  PHYSICAL_MASK_SHIFT,
  PMD_SIZE,
  PTRS_PER_TABLE,
  PUD_SIZE,
  pageAlignDown,
  pageAlignUp,
  pagesBetween,
  STACK_TOP_MAX,
  TASK_SIZE,
  USER_END,
} from "./pages.ts";
export { Pte, PteHigh } from "./pte-bits.ts";
export {
  type Answer,
  answerOf,
  backported,
  type Exchanges,
  expectKernel,
  KERNELS,
  type KernelName,
  M26_COLUMNS,
  type Rule,
  type RuleBook,
  type RuleCure,
  rulesOf,
  type Told,
} from "./rule.ts";
export { type Pfn, pfn, type SwpEntry, swpEntry, type VirtAddr, virtAddr } from "./units.ts";
export {
  hasVmFlag,
  isCowMapping,
  VM_STACK_FLAGS,
  VM_STACK_INCOMPLETE_SETUP,
  VmFlag,
  type VmFlagName,
  vmFlagNames,
  withoutVmFlag,
  withVmFlag,
} from "./vm-flags.ts";
