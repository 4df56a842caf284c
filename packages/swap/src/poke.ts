/**
 * Looking at slots and setting them from outside: for tests, vectors and scenarios that start in
 * the middle of a history. The counts of the area follow; the swap cache does not.
 */
import { expectInteger } from "@forkpath/abi";
import { chainOf, continuedDigits, decodeCount, SLOTS_PER_CHAIN } from "./continuation.ts";
import { countPart, SwapMap } from "./map-byte.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

/** A slot as it stands in the map. */
export interface SwapSlot {
  /** The byte in the map. */
  readonly byte: number;
  /** Bytes in the continuation pages, lowest digit first, up to the first one without a mark. */
  readonly digits: readonly number[];
}

/**
 * How many references a slot has, over all digits; 0 for an unused, bad or shmem slot.
 * @throws RangeError or TypeError unless the area has that slot
 * @modelOnly the kernel never decodes a count
 * @example
 * ```ts
 * import { addSwapArea, createSwap, getSwapPage, swapCount, swapDuplicate } from "@forkpath/swap";
 * import { entryPteHigh, entryPteLow } from "@forkpath/swap";
 * import { createSync } from "@forkpath/sync";
 * const [sync, swap] = [createSync(), createSwap()];
 * addSwapArea(swap, { max: 8192 });
 * const entry = getSwapPage(sync, swap);
 * swapDuplicate(sync, swap, entryPteLow(entry), entryPteHigh(entry));
 * console.log(swapCount(swap, 0, 1)); // 1
 * ```
 */
export const swapCount = (swap: SwapState, type: number, offset: number): number =>
  decodeCount(areaWithSlot(swap, type, offset, "swapCount"), offset);

/**
 * A slot's byte and the digits behind it.
 * @throws RangeError or TypeError unless the area has that slot
 * @modelOnly a debugger's look
 */
export function peekSlot(swap: SwapState, type: number, offset: number): SwapSlot {
  const area = areaWithSlot(swap, type, offset, "peekSlot");
  return { byte: area.swapMap[offset], digits: continuedDigits(area, offset) };
}

/**
 * Sets a slot; its chain grows to hold `digits`.
 * @throws RangeError or TypeError unless the area has that slot, other than the header, and every
 *   value is a byte
 * @modelOnly a debugger's write
 */
export function pokeSlot(swap: SwapState, type: number, offset: number, slot: SwapSlot): void {
  const area = areaWithSlot(swap, type, offset, "pokeSlot");
  expectInteger("pokeSlot", "offset", offset, 1, area.max - 1);
  expectInteger("pokeSlot", "byte", slot.byte, 0, 0xff);
  for (const digit of slot.digits) expectInteger("pokeSlot", "digit", digit, 0, 0xff);

  countSlot(swap, area, offset, -1);
  area.swapMap[offset] = slot.byte;
  countSlot(swap, area, offset, 1);
  if (slot.byte === 0) {
    area.lowestBit = Math.min(area.lowestBit, offset);
    area.highestBit = Math.max(area.highestBit, offset);
  }
  const chain = growChain(swap, area, offset, slot.digits.length);
  for (const [i, digit] of slot.digits.entries()) chain[i][offset % SLOTS_PER_CHAIN] = digit;
}

/**
 * Hangs continuation pages on the stretch of slot `offset` until there are `pages`.
 * @throws RangeError or TypeError unless the area has that slot and `pages` is from 0 to 7
 * @modelOnly a debugger's write
 */
export function pokeContinuationPages(
  swap: SwapState,
  type: number,
  offset: number,
  pages: number,
): void {
  const area = areaWithSlot(swap, type, offset, "pokeContinuationPages");
  expectInteger("pokeContinuationPages", "pages", pages, 0, 7);
  growChain(swap, area, offset, pages);
}

/** The chain of the slot's stretch, with `pages` or more in it. */
function growChain(
  swap: SwapState,
  area: SwapArea,
  offset: number,
  pages: number,
): readonly Uint8Array[] {
  const chain = chainOf(area, offset) ?? [];
  while (chain.length < pages) {
    chain.push(new Uint8Array(SLOTS_PER_CHAIN).fill(swap.continuationFill));
  }
  if (chain.length === 0) return chain;
  area.continuations.set(Math.floor(offset / SLOTS_PER_CHAIN), chain);
  area.flags |= SwapFlag.CONTINUED;
  return chain;
}

/** Adds what the slot's byte contributes to the area's counts, or with `sign` −1 takes it out. */
function countSlot(swap: SwapState, area: SwapArea, offset: number, sign: 1 | -1): void {
  const byte = area.swapMap[offset];
  const isActive = swap.active.includes(area);
  if (countPart(byte) === SwapMap.BAD) {
    area.pages -= sign;
    if (isActive) swap.nrSwapPages -= sign;
    if (isActive) swap.totalSwapPages -= sign;
  } else if (byte !== 0) {
    area.inusePages += sign;
    swap.nrSwapPages -= sign;
  }
}

/** The area of `type`, which must have a slot `offset`; else RangeError or TypeError. */
function areaWithSlot(swap: SwapState, type: number, offset: number, where: string): SwapArea {
  expectInteger(where, "type", type, 0, swap.areas.length - 1);
  const area = swap.areas[type];
  expectInteger(where, "offset", offset, 0, area.max - 1);
  return area;
}
