/**
 * Flags of a virtual memory area (SPEC §5.1).
 *
 * Each flag has el6's bit; flags that el6 lacks stand above its 33, for all kernels alike. What
 * does not fit a 32-bit operator (HUGEPAGE and those above it) is asked, set and cleared by the
 * functions. `flags & VmFlag.X` is right for every other flag: `&` reads a number modulo 2^32.
 */
export const VmFlag = {
  READ: 0x1,
  WRITE: 0x2,
  EXEC: 0x4,
  SHARED: 0x8,
  MAYREAD: 0x10,
  MAYWRITE: 0x20,
  MAYEXEC: 0x40,
  MAYSHARE: 0x80,
  GROWSDOWN: 0x100,
  NOHUGEPAGE: 0x200,
  PFNMAP: 0x400,
  DENYWRITE: 0x800,
  EXECUTABLE: 0x1000,
  LOCKED: 0x2000,
  IO: 0x4000,
  SEQ_READ: 0x8000,
  RAND_READ: 0x10000,
  DONTCOPY: 0x20000,
  DONTEXPAND: 0x40000,
  RESERVED: 0x80000,
  ACCOUNT: 0x100000,
  NORESERVE: 0x200000,
  HUGETLB: 0x400000,
  NONLINEAR: 0x800000,
  MAPPED_COPY: 0x1000000,
  INSERTPAGE: 0x2000000,
  NODUMP: 0x4000000,
  CAN_NONLINEAR: 0x8000000,
  MIXEDMAP: 0x10000000,
  SAO: 0x20000000,
  PFN_AT_MMAP: 0x40000000,
  MERGEABLE: 0x80000000,
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
 */
export const isCowMapping = (flags: number): boolean =>
  (flags & (VmFlag.SHARED | VmFlag.MAYWRITE)) === VmFlag.MAYWRITE;
