/**
 * One entry of /proc/PID/pagemap, as two halves (SPEC §10.6, M14).
 *
 *     63      62      61    60 58     57       56     55     54                          5 4    0
 *    [present|swapped|file |  |guard|uffd-wp|exclusive|dirty|        frame of a present page     ]
 *                                                           |  offset of a swapped one   |  type ]
 *
 * Old releases have the page shift in bits 55 to 60: `Layouts.pagemapBits` tells.
 */
import type { PagemapBits } from "./rules/types.ts";

/** Bits of the upper half. `&` makes a signed number of them: compare with 0. */
export const PagemapHigh = {
  /** A page is there. */
  PRESENT: 0x80000000,
  /** The page is in swap, or the entry is special in another way. */
  SWAPPED: 0x40000000,
  /** A page of a file, or of shared memory. */
  FILE: 0x20000000,
  /** A guard marker. */
  GUARD: 0x04000000,
  /** A userfaultfd has it write-protected. */
  UFFD_WP: 0x02000000,
  /** Mapped once; it does not say by whom. */
  EXCLUSIVE: 0x01000000,
  /** Written since clear_refs last cleared it. */
  SOFT_DIRTY: 0x00800000,
} as const;

const HIGH_FRAME = 0x007fffff;
const SHIFT_PLACE = 23; // bit 55, in the upper half
const TYPE_BITS = 5;
const TYPE_MASK = 0x1f;
const TOP = 2 ** 32;
const HALF_OF_OFFSET = 2 ** (32 - TYPE_BITS);

/**
 * The frame of a present page; 0 where frames are hidden from the reader.
 * @example
 * ```ts
 * import { pagemapFrame } from "@forkpath/procfs";
 * console.log(pagemapFrame(0x1234, 0x80000000)); // 4660
 * ```
 */
export const pagemapFrame = (low: number, high: number): number =>
  (low >>> 0) + (high & HIGH_FRAME) * TOP;

/** Which swap area; from the first special type on, what is there instead: a guard, and so on. */
export const pagemapSwapType = (low: number): number => low & TYPE_MASK;
/**
 * Slot of a swapped page, from the two halves of an entry.
 * @kernel pte_to_pagemap_entry in fs/proc/task_mmu.c
 */
export const pagemapSwapOffset = (low: number, high: number): number =>
  (low >>> TYPE_BITS) + (high & HIGH_FRAME) * HALF_OF_OFFSET;

/** What an entry says; `hole` is an address without a table, `none` an empty entry of one. */
export type PageEntry =
  | {
      /** No table covers the address. */
      readonly kind: "hole";
    }
  | {
      /** The entry of the table is 0. */
      readonly kind: "none";
    }
  | {
      /** A page is there. */
      readonly kind: "present";
      /** The page frame; 0 where frames are hidden. */
      readonly frame: number;
      /** Whether it is a file's page, or shared memory. */
      readonly isFile: boolean;
      /** Whether it is mapped once. */
      readonly isExclusive: boolean;
    }
  | {
      /** The page is in swap, or the entry is special in another way. */
      readonly kind: "swapped";
      /** Swap type: the swap file, or what is special. */
      readonly type: number;
      /** Slot in the swap file. */
      readonly offset: number;
      /** Whether it belongs to shared memory. Absent where the release does not say. */
      readonly isFile?: boolean;
      /** Whether it is a guard marker. Absent where the release does not say. */
      readonly isGuard?: boolean;
    };

/** The two halves of an entry, as a release prints it. */
export function pagemapWord(entry: PageEntry, bits: PagemapBits): [low: number, high: number] {
  const shift = bits.shift << SHIFT_PLACE;
  if (entry.kind === "none") return [0, 0];
  if (entry.kind === "hole") return [0, shift];
  const file = bits.hasFile && entry.isFile ? PagemapHigh.FILE : 0;
  if (entry.kind === "present") {
    const exclusive = bits.hasExclusive && entry.isExclusive ? PagemapHigh.EXCLUSIVE : 0;
    const high = PagemapHigh.PRESENT + file + exclusive + shift + Math.floor(entry.frame / TOP);
    return [entry.frame >>> 0, high];
  }
  const guard = bits.hasGuard && entry.isGuard ? PagemapHigh.GUARD : 0;
  const low = (entry.type + entry.offset * 2 ** TYPE_BITS) % TOP;
  const rest = Math.floor(entry.offset / HALF_OF_OFFSET);
  return [low, PagemapHigh.SWAPPED + file + guard + shift + rest];
}
