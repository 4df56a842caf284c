/**
 * Markers: entries that name neither a slot nor a frame, but say what an access must do (L2,
 * L22/5).
 *
 *    guard       no page may ever be here: SIGSEGV
 *    poisoned    the page that was here is lost: SIGBUS
 *    uffd-wp     a page of a file was here, write-protected for userfaultfd
 *
 * They count in no counter, hold no reference, and are copied by fork as they are.
 */
import { isSwpExclusive, SwpType, swpMkexclusive, swpOffset, swpPteLow, swpType } from "./entry.ts";

/** Bits of a marker. @kernel PTE_MARKER_* in include/linux/swapops.h */
export const PteMarker = {
  /** A write is a userfaultfd's to handle. */
  UFFD_WP: 1,
  /** An access is a SIGBUS. */
  POISONED: 2,
  /** An access is a SIGSEGV. */
  GUARD: 4,
} as const;

/** @kernel is_pte_marker_entry in include/linux/swapops.h */
export const isPteMarker = (low: number): boolean =>
  swpType(low) === SwpType.HWPOISON && isSwpExclusive(low);

/**
 * The bits of a marker.
 * @kernel pte_marker_get in include/linux/swapops.h
 */
export const pteMarkerBits = (low: number): number => swpOffset(low, 0);

/**
 * Low word of a marker; its high word is 0.
 * @param bits `PteMarker`s, or-ed together; not 0
 * @kernel make_pte_marker in include/linux/swapops.h
 */
export const makePteMarker = (bits: number): number =>
  swpMkexclusive(swpPteLow(SwpType.HWPOISON, bits));
