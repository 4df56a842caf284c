/** /proc/kpageflags: what the kernel knows of a frame, a bit each (M15/3). */

/** Bit numbers of a word, by the names of the kernel without `KPF_`. */
export const KPageFlag = {
  /** Locked, as during a read or a write to disk. */
  LOCKED: 0,
  /** Used since reclaim last looked. */
  REFERENCED: 2,
  /** Holds what its file or swap slot holds, or newer. */
  UPTODATE: 3,
  /** Newer than its file or swap slot. */
  DIRTY: 4,
  /** On one of reclaim's lists. */
  LRU: 5,
  /** On an active list. */
  ACTIVE: 6,
  /** Holds the kernel's own objects. */
  SLAB: 7,
  /** Being written out. */
  WRITEBACK: 8,
  /** Freed once it is written out. */
  RECLAIM: 9,
  /** Free. */
  BUDDY: 10,
  /** Some page table maps it. */
  MMAP: 11,
  /** Anonymous memory. */
  ANON: 12,
  /** In the swap cache. */
  SWAPCACHE: 13,
  /** Goes to swap when memory is short: anonymous or shared memory. */
  SWAPBACKED: 14,
  /** First frame of a larger page. */
  COMPOUND_HEAD: 15,
  /** Frame of a larger page, behind the first. */
  COMPOUND_TAIL: 16,
  /** Huge page of the pool. */
  HUGE: 17,
  /** On the list of what reclaim leaves alone. */
  UNEVICTABLE: 18,
  /** The hardware has found it damaged. */
  HWPOISON: 19,
  /** There is no such frame. */
  NOPAGE: 20,
  /** Made by KSM. */
  KSM: 21,
  /** Part of a transparent huge page. */
  THP: 22,
  /** Taken away from the system, as a balloon does. */
  OFFLINE: 23,
  /** A zero page, small or huge. */
  ZERO_PAGE: 24,
  /** Unused since a reader of page_idle marked it. */
  IDLE: 25,
  /** A page table. */
  PGTABLE: 26,
  /** Outside the allocator. */
  RESERVED: 32,
  /** In memory to stay, by mlock. */
  MLOCKED: 33,
  /** Of anonymous memory: the page belongs to one process alone (M15/4). */
  OWNER_2: 34,
  /** A file system keeps data of its own for it. */
  PRIVATE: 35,
  /** A file system's second flag. */
  PRIVATE_2: 36,
  /** The owner's flag: its meaning is that of the file system. */
  OWNER_PRIVATE: 37,
  /** The architecture's flag. */
  ARCH: 38,
  /** No longer set: what was written stands in pagemap. */
  SOFTDIRTY: 40,
  /** The architecture's second flag. */
  ARCH_2: 41,
  /** The architecture's third flag. */
  ARCH_3: 42,
} as const;
/** A flag by its key in KPageFlag: `ANON`. */
export type KPageFlagName = keyof typeof KPageFlag;

const HALF_BITS = 32;
const NAMES = Object.keys(KPageFlag) as KPageFlagName[];

/**
 * Whether a word, given in two halves, has a bit.
 * @example
 * ```ts
 * import { hasPageFlag, KPageFlag } from "@forkpath/procfs";
 * console.log(hasPageFlag(0x5828, 0, KPageFlag.ANON)); // true
 * ```
 */
export const hasPageFlag = (low: number, high: number, bit: number): boolean =>
  bit < HALF_BITS ? ((low >>> bit) & 1) !== 0 : ((high >>> (bit - HALF_BITS)) & 1) !== 0;

/**
 * The names of the flags that a word has, by bit.
 * @modelOnly the kernel's own tools name them
 */
export const pageFlagNames = (low: number, high: number): KPageFlagName[] =>
  NAMES.filter((name) => hasPageFlag(low, high, KPageFlag[name]));
