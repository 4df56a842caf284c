/**
 * The words of the machine's own release, where they enter and leave the model (L2, M26.1).
 *
 * BigInt, because these values only travel to and from text.
 */
import type { PteWords } from "./arch-entry.ts";
import type { SwapState } from "./state.ts";

const WORD_BITS = 32n;
const WORD_MASK = 0xffffffffn;

/** What of the machine they depend on. */
export type EntryWords = Pick<SwapState, "layout" | "types">;

/**
 * The word that the machine has in the place of an entry of the model, not present and not none.
 * @kernel swp_entry_to_pte in include/linux/swapops.h
 */
export const showEntryWord = ({ layout, types }: EntryWords, low: number, high: number): bigint =>
  layout.show(types, (BigInt(high) << WORD_BITS) | BigInt(low));

/**
 * The model's entry for one of the machine's words, not present and not none.
 * @throws RangeError when its type has no model
 * @kernel pte_to_swp_entry in include/linux/swapops.h
 * @example
 * ```ts
 * import { createSwap, readEntryWord } from "@forkpath/swap";
 * const { low, high } = readEntryWord(createSwap(), 0x200n);
 * console.log(low, high); // 512 0
 * ```
 */
export function readEntryWord({ layout, types }: EntryWords, word: bigint): PteWords {
  const model = layout.read(types, word);
  return { low: Number(model & WORD_MASK), high: Number(model >> WORD_BITS) };
}

/** Where the type begins, in el6 and since. */
const EL6_VALUE_SHIFT = 57n;
const VALUE_SHIFT = 58n;

/**
 * The same entry as the parts of the kernel have it that know no processor: type above offset.
 * @kernel swp_entry in include/linux/swapops.h
 */
export function entryValue({ layout, types }: EntryWords, low: number, high: number): bigint {
  const { type, offset } = layout.parts(showEntryWord({ layout, types }, low, high));
  return (type << (layout.isTurned ? VALUE_SHIFT : EL6_VALUE_SHIFT)) | offset;
}
