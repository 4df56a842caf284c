/** /proc/kpageflags: what the kernel knows of a frame, a bit each (M15/3). */

/** Bit numbers of a word, by the names of the kernel without `KPF_`. */
export const KPageFlag = {
  LOCKED: 0,
  REFERENCED: 2,
  UPTODATE: 3,
  DIRTY: 4,
  LRU: 5,
  ACTIVE: 6,
  SLAB: 7,
  WRITEBACK: 8,
  RECLAIM: 9,
  BUDDY: 10,
  MMAP: 11,
  ANON: 12,
  SWAPCACHE: 13,
  SWAPBACKED: 14,
  COMPOUND_HEAD: 15,
  COMPOUND_TAIL: 16,
  HUGE: 17,
  UNEVICTABLE: 18,
  HWPOISON: 19,
  NOPAGE: 20,
  KSM: 21,
  THP: 22,
  OFFLINE: 23,
  ZERO_PAGE: 24,
  IDLE: 25,
  PGTABLE: 26,
  RESERVED: 32,
  MLOCKED: 33,
  /** Of anonymous memory: the page belongs to one process alone (M15/4). */
  OWNER_2: 34,
  PRIVATE: 35,
  PRIVATE_2: 36,
  OWNER_PRIVATE: 37,
  ARCH: 38,
  SOFTDIRTY: 40,
  ARCH_2: 41,
  ARCH_3: 42,
} as const;
export type KPageFlagName = keyof typeof KPageFlag;

const HALF_BITS = 32;
const NAMES = Object.keys(KPageFlag) as KPageFlagName[];

/** Whether a word, given in two halves, has a bit. */
export const hasPageFlag = (low: number, high: number, bit: number): boolean =>
  bit < HALF_BITS ? ((low >>> bit) & 1) !== 0 : ((high >>> (bit - HALF_BITS)) & 1) !== 0;

export const pageFlagNames = (low: number, high: number): KPageFlagName[] =>
  NAMES.filter((name) => hasPageFlag(low, high, KPageFlag[name]));
