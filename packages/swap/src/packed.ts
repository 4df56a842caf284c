/**
 * Entries that name a real slot or frame, packed in one number: offset * 32 + type.
 *
 * The packed form is a key: of the swap cache, of a page's `private`. It is exact for offsets
 * below 2^48, which covers every frame (34 bits) and every slot. What a PTE holds may be wider,
 * and stays in two words until `swapInfoGet` or `swapDuplicate` found a slot for it.
 */
import { expectInteger, type SwpEntry, swpEntry } from "@forkpath/abi";
import { swpOffset, swpPteHigh, swpPteLow, swpType } from "./entry.ts";

const TYPES = 32;
const MOST_OFFSET = 2 ** 48 - 1;

/** Type 0, slot 0: the header of the first area, so never a page. It stands for "no entry". */
export const NO_ENTRY: SwpEntry = swpEntry(0);

/**
 * Packs `type` (0 to 31) and `offset` (below 2^48).
 * @throws RangeError or TypeError for anything else
 * @kernel swp_entry in include/linux/swapops.h
 * @example
 * ```ts
 * import { hex } from "@forkpath/abi";
 * import { entryPteLow, makeEntry } from "@forkpath/swap";
 * console.log(hex(entryPteLow(makeEntry(0, 1)))); // 0x200
 * ```
 */
export function makeEntry(type: number, offset: number): SwpEntry {
  expectInteger("makeEntry", "type", type, 0, TYPES - 1);
  expectInteger("makeEntry", "offset", offset, 0, MOST_OFFSET);
  return swpEntry(offset * TYPES + type);
}

/** @kernel swp_type in include/linux/swapops.h */
export const entryType = (entry: SwpEntry): number => entry % TYPES;

/** @kernel swp_offset in include/linux/swapops.h */
export const entryOffset = (entry: SwpEntry): number => Math.floor(entry / TYPES);

/**
 * Packs what a PTE says.
 * @kernel pte_to_swp_entry in include/linux/swapops.h
 * @deviates Rounds an offset of 2^48 and more; the result equals no entry that can exist.
 */
export const entryOfPte = (low: number, high: number): SwpEntry =>
  swpEntry(swpOffset(low, high) * TYPES + swpType(low));

/** @kernel swp_entry_to_pte in include/linux/swapops.h */
export const entryPteLow = (entry: SwpEntry): number =>
  swpPteLow(entryType(entry), entryOffset(entry));

/** @kernel swp_entry_to_pte in include/linux/swapops.h */
export const entryPteHigh = (entry: SwpEntry): number => swpPteHigh(entryOffset(entry));
