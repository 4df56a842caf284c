/**
 * Values that the structures of mm hold, and what faults answer: numbers and names alone, below
 * everything else of the package.
 */

/** @kernel OVERCOMMIT_GUESS, OVERCOMMIT_ALWAYS, OVERCOMMIT_NEVER in include/linux/mman.h */
export const Overcommit = { GUESS: 0, ALWAYS: 1, NEVER: 2 } as const;
export type Overcommit = (typeof Overcommit)[keyof typeof Overcommit];

/** In place of a counter: what counts nowhere. */
export const NOT_COUNTED = -1;

/** Which areas get huge pages. @kernel TRANSPARENT_HUGEPAGE_* in include/linux/huge_mm.h */
export const ThpMode = {
  NEVER: "never",
  /** Those that madvise(MADV_HUGEPAGE) was called for. */
  MADVISE: "madvise",
  ALWAYS: "always",
} as const;
export type ThpMode = (typeof ThpMode)[keyof typeof ThpMode];

/** In `MmStruct.flags`: pages were pinned here once. @kernel MMF_HAS_PINNED in include/linux/mm_types.h */
export const MMF_HAS_PINNED: number = 2 ** 27;

/**
 * What a page fault answers: bits, of which an error replaces all others (SPEC §9.1).
 *
 * 0 is a minor fault, handled, or one that the processor simply takes again.
 */
export const VmFault = {
  OOM: 0x1,
  SIGBUS: 0x2,
  /** Of later kernels: a guard page is there. */
  SIGSEGV: 0x40,
  /** The page came from disk. */
  MAJOR: 0x4,
  /** A write fault made the page this mapping's own, or found that it was. */
  WRITE: 0x8,
  HWPOISON: 0x10,
  HWPOISON_LARGE: 0x20,
  /** The handler installed the entry itself. */
  NOPAGE: 0x100,
  /** The handler hands its page over locked. */
  LOCKED: 0x200,
  /** mmap_sem was let go, to wait for a page: look the address up again. */
  RETRY: 0x400,
} as const;
export type VmFault = (typeof VmFault)[keyof typeof VmFault];

/** Codes after which the access cannot be done. @kernel VM_FAULT_ERROR in include/linux/mm.h */
export const VM_FAULT_ERROR: number =
  VmFault.OOM | VmFault.SIGBUS | VmFault.SIGSEGV | VmFault.HWPOISON | VmFault.HWPOISON_LARGE;
