/**
 * Choosing a slot for a page that is to be swapped out (SPEC §3.6/1).
 */
import type { SwpEntry } from "@forkpath/abi";
import { type Sync, spinUnlockNow, takeLeafLock } from "@forkpath/sync";
import { SwapMap } from "./map-byte.ts";
import { makeEntry, NO_ENTRY } from "./packed.ts";
import type { SwapArea, SwapState } from "./state.ts";

const NO_SLOT = -1;

/**
 * Takes a free slot for the swap cache: its byte becomes HAS_CACHE.
 * @returns `NO_ENTRY` when every active area is full
 * @kernel get_swap_page in mm/swapfile.c
 * @deviates Takes the lowest free slot of the first area with one: no clusters, and areas of equal
 *   priority fill up one after the other instead of in turns.
 * @example
 * ```ts
 * import { addSwapArea, createSwap, entryPteLow, getSwapPage, swpType } from "@forkpath/swap";
 * import { createSync } from "@forkpath/sync";
 * const swap = createSwap();
 * addSwapArea(swap, { max: 8192 });
 * const entry = getSwapPage(createSync(), swap);
 * console.log(swpType(entryPteLow(entry)), swap.nrSwapPages); // 0 8190
 * ```
 */
export function getSwapPage(sync: Sync, swap: SwapState): SwpEntry {
  takeLeafLock(sync, swap.swapLock, "get_swap_page");
  let entry = NO_ENTRY;
  for (const area of swap.active) {
    const offset = area.swapMap.indexOf(0, area.lowestBit);
    if (offset === NO_SLOT) continue;
    takeSlot(swap, area, offset);
    entry = makeEntry(area.type, offset);
    break;
  }
  spinUnlockNow(sync, swap.swapLock, "get_swap_page");
  return entry;
}

function takeSlot(swap: SwapState, area: SwapArea, offset: number): void {
  area.swapMap[offset] = SwapMap.HAS_CACHE;
  area.inusePages++;
  swap.nrSwapPages--;
  // Everything below the lowest free slot was seen to be taken; so the highest one goes last.
  area.lowestBit = offset + 1;
  if (area.inusePages === area.pages) {
    area.lowestBit = area.max;
    area.highestBit = 0;
  }
}
