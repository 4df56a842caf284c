/**
 * Flags of a virtual memory area (SPEC §5.1).
 *
 * Each flag has el6's bit; flags that el6 lacks stand above its 33, for all kernels alike. What
 * does not fit a 32-bit operator (HUGEPAGE and those above it) is asked, set and cleared by the
 * functions. `flags & VmFlag.X` is right for every other flag: `&` reads a number modulo 2^32.
 * @example
 * ```ts
 * import { VmFlag, vmFlagNames } from "@forkpath/abi";
 * console.log(vmFlagNames(VmFlag.READ | VmFlag.DONTCOPY).join(" ")); // READ DONTCOPY
 * ```
 */
export const VmFlag = {
  /** Pages can be read. */
  READ: 0x1,
  /** Pages can be written. */
  WRITE: 0x2,
  /** Pages can be run. */
  EXEC: 0x4,
  /** Writes reach the file, or every other mapping of the same memory. */
  SHARED: 0x8,
  /** mprotect may set READ. */
  MAYREAD: 0x10,
  /** mprotect may set WRITE; with it, a private area may hold pages of its own. */
  MAYWRITE: 0x20,
  /** mprotect may set EXEC. */
  MAYEXEC: 0x40,
  /** The mapping asked to be shared; SHARED is missing when the file is read-only. */
  MAYSHARE: 0x80,
  /** A fault just below extends the area downwards. */
  GROWSDOWN: 0x100,
  /** madvise(NOHUGEPAGE) was here. */
  NOHUGEPAGE: 0x200,
  /** Maps frames without looking at their struct page. */
  PFNMAP: 0x400,
  /** The file refuses to be opened for writing. */
  DENYWRITE: 0x800,
  /** The file is a program's. */
  EXECUTABLE: 0x1000,
  /** Reclaim leaves the pages alone, and mm's locked pages count them. */
  LOCKED: 0x2000,
  /** Maps a device's memory. */
  IO: 0x4000,
  /** madvise(SEQUENTIAL) was here. */
  SEQ_READ: 0x8000,
  /** madvise(RANDOM) was here. */
  RAND_READ: 0x10000,
  /** fork leaves the area out. */
  DONTCOPY: 0x20000,
  /** mremap may not grow the area. */
  DONTEXPAND: 0x40000,
  /** Reclaim leaves the pages alone; a driver's. */
  RESERVED: 0x80000,
  /** Its pages count as committed. */
  ACCOUNT: 0x100000,
  /** Its pages are left out of the committed ones. */
  NORESERVE: 0x200000,
  /** Of huge pages from the pool. */
  HUGETLB: 0x400000,
  /** remap_file_pages has changed the order of its pages. */
  NONLINEAR: 0x800000,
  /** A copy of a file, on machines without an MMU. */
  MAPPED_COPY: 0x1000000,
  /** A driver has put single pages into it. */
  INSERTPAGE: 0x2000000,
  /** A core dump leaves the area out. */
  NODUMP: 0x4000000,
  /** The file system allows remap_file_pages. */
  CAN_NONLINEAR: 0x8000000,
  /** Frames with and without a struct page side by side. */
  MIXEDMAP: 0x10000000,
  /** Strong access ordering, of PowerPC. */
  SAO: 0x20000000,
  /** The whole area was mapped to one run of frames by mmap. */
  PFN_AT_MMAP: 0x40000000,
  /** KSM may merge its pages. */
  MERGEABLE: 0x80000000,
  /** madvise(HUGEPAGE) was here. */
  HUGEPAGE: 0x100000000,
  /** Of later kernels: a child finds the area empty. */
  WIPEONFORK: 0x200000000,
  /** Of later kernels: pages are locked as they come. */
  LOCKONFAULT: 0x400000000,
  /** Of 6.18: guard pages were installed here once. */
  MAYBE_GUARD: 0x800000000,
  /** Of kernels that track writes: the area is new, so all of it counts as written. */
  SOFTDIRTY: 0x1000000000,
} as const;
/** A flag by its key in VmFlag: `DONTCOPY`. */
export type VmFlagName = keyof typeof VmFlag;

/**
 * READ, WRITE, all three MAY flags, GROWSDOWN and ACCOUNT. SPEC §5.1 counts EXEC among them, but
 * its number has none: a binary that wants an executable stack gets EXEC later, in exec.
 * @kernel VM_STACK_FLAGS in include/linux/mm.h
 */
export const VM_STACK_FLAGS = 0x100173;
/** SEQ_READ and RAND_READ together mark the stack that exec is still building (SPEC §5.1). */
export const VM_STACK_INCOMPLETE_SETUP: number = VmFlag.SEQ_READ | VmFlag.RAND_READ;

const names = Object.keys(VmFlag) as VmFlagName[];

/**
 * True when the single flag `flag` is set in `flags`; for HUGEPAGE too.
 * @modelOnly C's & on an unsigned long
 */
export const hasVmFlag = (flags: number, flag: number): boolean =>
  Math.floor(flags / flag) % 2 === 1;
/**
 * `flags` with one more flag.
 * @modelOnly C's |= on an unsigned long
 */
export const withVmFlag = (flags: number, flag: number): number =>
  hasVmFlag(flags, flag) ? flags : flags + flag;
/**
 * `flags` without a flag.
 * @modelOnly C's &= ~ on an unsigned long
 */
export const withoutVmFlag = (flags: number, flag: number): number =>
  hasVmFlag(flags, flag) ? flags - flag : flags;

/**
 * Names of the set flags, ascending by bit: 0x3 gives READ, WRITE.
 * @modelOnly for people and files
 */
export const vmFlagNames = (flags: number): VmFlagName[] =>
  names.filter((name) => hasVmFlag(flags, VmFlag[name]));

/**
 * True when the first write to a page must copy it (SPEC §5.2): private, and writable some day.
 * @kernel is_cow_mapping in mm/memory.c
 * @example
 * ```ts
 * import { isCowMapping, VmFlag } from "@forkpath/abi";
 * console.log(isCowMapping(VmFlag.MAYWRITE)); // true
 * console.log(isCowMapping(VmFlag.MAYWRITE | VmFlag.SHARED)); // false
 * ```
 */
export const isCowMapping = (flags: number): boolean =>
  (flags & (VmFlag.SHARED | VmFlag.MAYWRITE)) === VmFlag.MAYWRITE;
