/**
 * One record of a capture: what pagemap, kpagecount and kpageflags say of a page (M14, M15).
 *
 *    63 62 61 60 59 58 57 56 55 54               0
 *    [P |S |F | 0  0 |G |U |X |  |   frame number  ]      present
 *    [0 |1 |F |      |G |U | 0|  | offset  | type  ]      swap, migration, marker
 */
import { PAGE_SIZE } from "@forkpath/abi";

/** Bits of the high word of a pagemap entry. @kernel PM_* in fs/proc/task_mmu.c */
export const PmHigh = {
  PRESENT: 0x8000_0000,
  SWAP: 0x4000_0000,
  /** Of a file or of shared memory, not anonymous. */
  FILE: 0x2000_0000,
  GUARD: 0x0400_0000,
  UFFD_WP: 0x0200_0000,
  /** Mapped once. */
  EXCLUSIVE: 0x0100_0000,
} as const;
/** Bits of the frame number that stand in the high word. */
const PM_PFN_HIGH = 0x007f_ffff;

/** Bits of the low word of kpageflags. @kernel KPF_* in include/uapi/linux/kernel-page-flags.h */
export const Kpf = {
  REFERENCED: 0x4,
  DIRTY: 0x10,
  ANON: 0x1000,
  SWAPCACHE: 0x2000,
  SWAPBACKED: 0x4000,
  KSM: 0x20_0000,
  THP: 0x40_0000,
  ZERO_PAGE: 0x100_0000,
  IDLE: 0x200_0000,
} as const;
/** Bit 34: an anonymous page that is its owner's alone. In the high word. */
export const KPF_HIGH_EXCLUSIVE = 0x4;

/** Types from here up are no swap areas on any release (M26.2). */
const FIRST_SPECIAL_TYPE = 22;
/** The highest type stands for markers where the release has them. */
const MARKER_TYPE = 31;

/** What an entry that is not present stands for. */
export const Absent = { SWAP: 0, MIGRATION: 1, MARKER: 2 } as const;
export type Absent = (typeof Absent)[keyof typeof Absent];

/**
 * What the entry of a page that is not present stands for. Without the right to see types and
 * offsets, what is no marker counts as swapped.
 */
export function absentKind(pmLow: number, pmHigh: number): Absent {
  if ((pmHigh & (PmHigh.GUARD | PmHigh.UFFD_WP)) !== 0 && (pmLow & 0x1f) >= FIRST_SPECIAL_TYPE) {
    return Absent.MARKER;
  }
  if ((pmHigh & PmHigh.GUARD) !== 0) return Absent.MARKER;
  const type = pmLow & 0x1f;
  if (type === MARKER_TYPE) return Absent.MARKER;
  return type >= FIRST_SPECIAL_TYPE ? Absent.MIGRATION : Absent.SWAP;
}

/** Frame number of a present entry. */
export const pmPfn = (pmLow: number, pmHigh: number): number =>
  (pmHigh & PM_PFN_HIGH) * 2 ** 32 + pmLow;

/** Pages of 4 KiB in `kb`. */
export const pagesOfKb = (kb: number): number => Math.floor((kb * 1024) / PAGE_SIZE);
