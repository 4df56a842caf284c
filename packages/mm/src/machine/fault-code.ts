/**
 * What a page fault answers: bits, of which an error replaces all others (SPEC §9.1).
 *
 * 0 is a minor fault, handled, or one that the processor simply takes again.
 */
export const VmFault = {
  OOM: 0x1,
  SIGBUS: 0x2,
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
  VmFault.OOM | VmFault.SIGBUS | VmFault.HWPOISON | VmFault.HWPOISON_LARGE;
