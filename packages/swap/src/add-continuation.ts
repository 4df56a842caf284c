/**
 * Hanging one more continuation page on a stretch, when a count has no room left (SPEC §3.4).
 *
 * The page is allocated before anybody looks whether it is needed: by the time the lock is held,
 * the slot may have been freed, or somebody else may have brought a page.
 */
import { Errno } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import {
  allocAtomic,
  allocSleeping,
  type KernelThread,
  type Sync,
  spinUnlockNow,
} from "@forkpath/sync";
import { SLOTS_PER_CHAIN } from "./continuation.ts";
import { swpOffset } from "./entry.ts";
import { swapInfoGet } from "./info.ts";
import { countPart, digitPart, SwapMap } from "./map-byte.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

const WHERE = "add_swap_count_continuation";

/**
 * Makes room for one more reference, without sleeping.
 * @returns 0, also when no page was needed; −ENOMEM when one was, and there is none
 * @kernel add_swap_count_continuation with GFP_ATOMIC in mm/swapfile.c
 */
export const addSwapCountContinuationAtomic = (
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
): number => bringPage(sync, swap, low, high, allocAtomic(sync, "swapcont.atomic"));

/**
 * Makes room for one more reference; the allocation may sleep.
 * @returns 0, also when no page was needed; −ENOMEM when one was, and there is none
 * @kernel add_swap_count_continuation with GFP_KERNEL in mm/swapfile.c
 */
export function* addSwapCountContinuation(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
): KernelThread<number> {
  const hasPage = sync.interleaved
    ? yield* allocSleeping(sync, "swapcont.kernel")
    : allocAtomic(sync, "swapcont.kernel");
  return bringPage(sync, swap, low, high, hasPage);
}

function bringPage(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
  hasPage: boolean,
): number {
  const area = swapInfoGet(sync, swap, low, high, WHERE);
  const offset = swpOffset(low, high);
  const isNeeded = area !== null && isLowestDigitFull(area, offset);
  // Once a page was allocated, it is kept only if the chain has no room and no spare page.
  const isKept = isNeeded && hasPage && hangPage(area, offset, swap.continuationFill);
  if (area !== null) spinUnlockNow(sync, swap.swapLock, WHERE);
  if (hasPage && !isKept && sync.traced & EventClass.ALLOC) {
    emit(sync, { kind: "free_page", what: "swapcont" });
  }
  return isNeeded && !hasPage ? -Errno.ENOMEM : 0;
}

const isLowestDigitFull = (area: SwapArea, offset: number): boolean =>
  digitPart(area.swapMap[offset]) === SwapMap.MAX;

/** Appends a page to the slot's chain; false when the chain has room, or a spare page. */
function hangPage(area: SwapArea, offset: number, fill: number): boolean {
  const stretch = Math.floor(offset / SLOTS_PER_CHAIN);
  const chain = area.continuations.get(stretch) ?? [];
  area.continuations.set(stretch, chain);
  area.flags |= SwapFlag.CONTINUED;
  let previous = countPart(area.swapMap[offset]);
  for (const page of chain) {
    if ((previous & SwapMap.CONTINUED) === 0) return false;
    previous = page[offset % SLOTS_PER_CHAIN];
    if ((previous & SwapMap.CONT_MAX) !== SwapMap.CONT_MAX) return false;
  }
  chain.push(new Uint8Array(SLOTS_PER_CHAIN).fill(fill));
  return true;
}
