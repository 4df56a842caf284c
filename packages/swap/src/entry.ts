/**
 * What a non-present PTE says about where its page went (SPEC §3.1, L2).
 *
 *     63                              9  8   7   6  5      1  0
 *    [             offset              | 0 | x | 0 |  type  | 0 ]
 *
 *    type          offset               x = 0                    x = 1 (v5.19)
 *    0 to 28       slot of an area      swapped                  swapped, and nobody else had it
 *    29            frame                poisoned                 marker: which, says its offset
 *    30            frame, age           migrating, readable      the same, and it was exclusive
 *    31            frame, age           migrating, writable      -
 *
 * These are el6's words, and the form in which every machine keeps its entries. How another release
 * packs and numbers the same facts, says rules/swap-layout.ts. A PTE travels as its two unsigned
 * 32-bit words: a corrupt one may hold an offset that no number holds exactly.
 *
 * Everything here is called once a PTE and checks nothing; `makeEntry` is the checked way in.
 */

/** 2^5 types, less one for poison and two for migration. */
export const MAX_SWAPFILES = 29;
/** @kernel SWP_HWPOISON, SWP_MIGRATION_* in include/linux/swap.h */
export const SwpType = {
  /** The page is damaged; the offset is its frame. */
  HWPOISON: 29,
  /** A read-only page is being moved; the offset is its frame. */
  MIGRATION_READ: 30,
  /** A writable page is being moved; the offset is its frame. */
  MIGRATION_WRITE: 31,
} as const;
export type SwpType = (typeof SwpType)[keyof typeof SwpType];

const TYPE_SHIFT = 1;
const TYPE_MASK = 0x1f;
/** Bit 7: the page was this entry's alone. */
const EXCLUSIVE = 0x80;
const OFFSET_SHIFT = 9;
const OFFSET_UNIT = 2 ** OFFSET_SHIFT;
/** How far the high word's lowest bit lies above the offset's: the low word holds 23 bits of it. */
const HIGH_WORD_OFFSET = 2 ** (32 - OFFSET_SHIFT);

/**
 * @kernel __swp_type in arch/x86/include/asm/pgtable_64.h
 * @example
 * ```ts
 * import { swpType } from "@forkpath/swap";
 * console.log(swpType(0x200)); // 0
 * ```
 */
export const swpType = (low: number): number => (low >>> TYPE_SHIFT) & TYPE_MASK;

/**
 * Slot number, or frame number of a migrating or poisoned page.
 * @kernel __swp_offset in arch/x86/include/asm/pgtable_64.h
 * @deviates Exact below 2^53; larger offsets are rounded, and name no slot that can exist.
 */
export const swpOffset = (low: number, high: number): number =>
  // `*`, not `<<`: the high word carries bits 23 and up of the offset.
  (low >>> OFFSET_SHIFT) + high * HIGH_WORD_OFFSET;

/**
 * Low word of the PTE for `type` (0 to 31) and `offset` (below 2^53).
 * @kernel __swp_entry in arch/x86/include/asm/pgtable_64.h
 */
export const swpPteLow = (type: number, offset: number): number =>
  ((offset * OFFSET_UNIT) | (type << TYPE_SHIFT)) >>> 0;

/**
 * High word of the PTE for `offset` (below 2^53); the type lies wholly in the low word.
 * @kernel __swp_entry in arch/x86/include/asm/pgtable_64.h
 */
export const swpPteHigh = (offset: number): number => (offset / HIGH_WORD_OFFSET) >>> 0;

/**
 * Was the page of a swap entry this entry's alone when it was swapped out?
 * @kernel pte_swp_exclusive in arch/x86/include/asm/pgtable.h
 */
export const isSwpExclusive = (low: number): boolean => (low & EXCLUSIVE) !== 0;
/** @kernel pte_swp_mkexclusive in arch/x86/include/asm/pgtable.h */
export const swpMkexclusive = (low: number): number => (low | EXCLUSIVE) >>> 0;
/** @kernel pte_swp_clear_exclusive in arch/x86/include/asm/pgtable.h */
export const swpClearExclusive = (low: number): number => (low & ~EXCLUSIVE) >>> 0;

/**
 * @kernel is_migration_entry in include/linux/swapops.h
 * @example
 * ```ts
 * import { isMigrationEntry, SwpType } from "@forkpath/swap";
 * const moving = SwpType.MIGRATION_READ << 1;
 * console.log(isMigrationEntry(moving), isMigrationEntry(0x200)); // true false
 * ```
 */
export const isMigrationEntry = (low: number): boolean => swpType(low) >= SwpType.MIGRATION_READ;

/** @kernel is_write_migration_entry in include/linux/swapops.h */
export const isWriteMigrationEntry = (low: number): boolean =>
  swpType(low) === SwpType.MIGRATION_WRITE;

/** @kernel is_hwpoison_entry in include/linux/swapops.h */
export const isHwpoisonEntry = (low: number): boolean =>
  swpType(low) === SwpType.HWPOISON && (low & EXCLUSIVE) === 0;

/**
 * True for poison, markers and migration: no slot is counted for the entry.
 * @kernel non_swap_entry in include/linux/swapops.h
 */
export const isNonSwapEntry = (low: number): boolean => swpType(low) >= MAX_SWAPFILES;

/**
 * Low word of a migration entry that became readable only; its high word stays as it is.
 *
 * The kernel rebuilds the entry from type and offset, so stray bits 0, 6, 7 and 8 vanish.
 * @kernel make_migration_entry_read in include/linux/swapops.h
 */
export const readMigrationLow = (low: number): number =>
  ((low & -OFFSET_UNIT) | (SwpType.MIGRATION_READ << TYPE_SHIFT)) >>> 0;
