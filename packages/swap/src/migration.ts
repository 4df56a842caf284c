/**
 * Migration entries: what they remember of a page that is on its way (L2/3, L20/3).
 *
 *     offset bits   35    34    33        0
 *                 [dirty|young|   frame   ]
 *
 * Releases from v6.1 on save the two bits of age; before, they stay 0 and the page comes back old.
 */
import { type Pfn, pfn } from "@forkpath/abi";
import {
  isSwpExclusive,
  SwpType,
  swpMkexclusive,
  swpOffset,
  swpPteHigh,
  swpPteLow,
  swpType,
} from "./entry.ts";

/**
 * Bits of the high word of a PTE. @kernel SWP_MIG_YOUNG_BIT, SWP_MIG_DIRTY_BIT in
 * include/linux/swapops.h
 */
const YOUNG = 0x800;
const DIRTY = 0x1000;
/** What the high word holds of a frame number. */
const FRAME_HIGH = YOUNG - 1;

/**
 * The frame of a migration or poison entry, whatever its age.
 * @kernel swp_offset_pfn in include/linux/swapops.h
 */
export const swpPfn = (low: number, high: number): Pfn => pfn(swpOffset(low, high & FRAME_HIGH));

/** What a migration entry remembers beside the frame. */
export interface MigrationFacts {
  /** Whether the page was writable. */
  readonly isWrite: boolean;
  /** Of a page that was not writable: whether it was exclusive. */
  readonly isExclusive?: boolean;
  /** Whether the entry had been accessed; false where the release does not save it. */
  readonly isYoung?: boolean;
  /** Whether the entry had been written; false where the release does not save it. */
  readonly isDirty?: boolean;
}

/**
 * Low word of a migration entry.
 * @kernel make_*_migration_entry in include/linux/swapops.h
 */
export function makeMigrationLow(
  frame: Pfn,
  { isWrite, isExclusive = false }: MigrationFacts,
): number {
  if (isWrite) return swpPteLow(SwpType.MIGRATION_WRITE, frame);
  const low = swpPteLow(SwpType.MIGRATION_READ, frame);
  return isExclusive ? swpMkexclusive(low) : low;
}

/**
 * High word of a migration entry.
 * @kernel make_migration_entry_young, make_migration_entry_dirty in include/linux/swapops.h
 */
export const makeMigrationHigh = (
  frame: Pfn,
  { isYoung = false, isDirty = false }: MigrationFacts,
): number => swpPteHigh(frame) | (isYoung ? YOUNG : 0) | (isDirty ? DIRTY : 0);

/** @kernel is_readable_exclusive_migration_entry in include/linux/swapops.h */
export const isReadExclusiveMigration = (low: number): boolean =>
  swpType(low) === SwpType.MIGRATION_READ && isSwpExclusive(low);
/** @kernel is_migration_entry_young in include/linux/swapops.h */
export const isMigrationYoung = (high: number): boolean => (high & YOUNG) !== 0;
/** @kernel is_migration_entry_dirty in include/linux/swapops.h */
export const isMigrationDirty = (high: number): boolean => (high & DIRTY) !== 0;
