/**
 * Giving references to a slot back, and what a slot's byte says of its users (SPEC §3.5).
 *
 * An entry that was read from a PTE comes as two words and may be corrupt; the entry of a page in
 * the swap cache is packed.
 */
import type { SwpEntry } from "@forkpath/abi";
import { type Sync, spinUnlockNow } from "@forkpath/sync";
import { borrowCount } from "./continuation.ts";
import { swpOffset } from "./entry.ts";
import { swapInfoGet } from "./info.ts";
import { countPart, digitPart, SwapMap } from "./map-byte.ts";
import { entryOffset, entryPteHigh, entryPteLow } from "./packed.ts";
import type { SwapArea, SwapState } from "./state.ts";

/**
 * One PTE less holds the entry. A corrupt entry is reported and otherwise ignored.
 * @kernel swap_free in mm/swapfile.c
 */
export function swapFree(sync: Sync, swap: SwapState, low: number, high: number): void {
  const area = swapInfoGet(sync, swap, low, high, "swap_free");
  if (area === null) return;
  swapEntryFree(swap, area, swpOffset(low, high), 1);
  spinUnlockNow(sync, swap.swapLock, "swap_free");
}

/**
 * The swap cache let go of the entry.
 * @kernel swapcache_free in mm/swapfile.c
 * @deviates No memory cgroup is uncharged.
 */
export function swapcacheFree(sync: Sync, swap: SwapState, entry: SwpEntry): void {
  const where = "swapcache_free";
  const area = swapInfoGet(sync, swap, entryPteLow(entry), entryPteHigh(entry), where);
  if (area === null) return;
  swapEntryFree(swap, area, entryOffset(entry), SwapMap.HAS_CACHE);
  spinUnlockNow(sync, swap.swapLock, where);
}

/**
 * Takes one reference from the slot, and gives the slot back when it was the last one. Needs
 * `swapLock` and an offset on the area.
 *
 * A count that is 0 already is not noticed: with only the cache bit set, the byte wraps to 0xff,
 * which is a shmem slot (D23).
 * @returns the byte that the slot has now
 * @throws InvariantError when a continued count has no digit to borrow from
 * @kernel swap_entry_free in mm/swapfile.c
 * @deviates No memory cgroup is uncharged.
 */
export function swapEntryFree(
  swap: SwapState,
  area: SwapArea,
  offset: number,
  usage: 1 | typeof SwapMap.HAS_CACHE,
): number {
  const before = area.swapMap[offset];
  const byte =
    usage === SwapMap.HAS_CACHE
      ? countPart(before)
      : lowerCount(area, offset, countPart(before)) | (before & SwapMap.HAS_CACHE);
  area.swapMap[offset] = byte;
  if (byte === 0) giveSlotBack(swap, area, offset);
  return byte;
}

/**
 * References to a cached page's slot, as the byte alone tells: a continued count reads as its byte,
 * so 128 and more, not as N. 0 for an entry that names no slot.
 * @kernel page_swapcount in mm/swapfile.c
 */
export function pageSwapcount(sync: Sync, swap: SwapState, entry: SwpEntry): number {
  const where = "page_swapcount";
  const area = swapInfoGet(sync, swap, entryPteLow(entry), entryPteHigh(entry), where);
  if (area === null) return 0;
  const count = countPart(area.swapMap[entryOffset(entry)]);
  spinUnlockNow(sync, swap.swapLock, where);
  return count;
}

/**
 * True when more than half of all swap is in use, so that cached pages should give up their slots.
 * @kernel vm_swap_full in include/linux/swap.h
 */
export const vmSwapFull = (swap: SwapState): boolean => swap.nrSwapPages * 2 < swap.totalSwapPages;

/** The count part of the byte after one reference less. */
function lowerCount(area: SwapArea, offset: number, count: number): number {
  if (count === SwapMap.SHMEM) return 0;
  if (digitPart(count) > SwapMap.MAX) return count; // a bad slot stays bad
  if (count !== SwapMap.CONTINUED) return (count - 1) & 0xff;
  return SwapMap.MAX | (borrowCount(area, offset) ? SwapMap.CONTINUED : 0);
}

function giveSlotBack(swap: SwapState, area: SwapArea, offset: number): void {
  if (offset < area.lowestBit) area.lowestBit = offset;
  if (offset > area.highestBit) area.highestBit = offset;
  swap.nrSwapPages++;
  area.inusePages--;
}
