/**
 * Taking one more reference to a slot: for a PTE, for the swap cache, for shmem (SPEC §3.3).
 */
import { Errno, type SwpEntry } from "@forkpath/abi";
import { countCalls, type Sync, spinUnlockNow, takeLeafLock } from "@forkpath/sync";
import { addSwapCountContinuationAtomic } from "./add-continuation.ts";
import { carryCount } from "./continuation.ts";
import { isNonSwapEntry, swpOffset, swpType } from "./entry.ts";
import { warnEntry } from "./info.ts";
import { countPart, digitPart, SwapMap, type SwapUsage } from "./map-byte.ts";
import { entryPteHigh, entryPteLow } from "./packed.ts";
import type { SwapArea, SwapState } from "./state.ts";

/**
 * One more PTE holds the entry. Called once a swap PTE at fork; it checks nothing, since a PTE may
 * hold anything.
 *
 * @returns 0, or −ENOMEM when the count needs a continuation page and there is none. An entry that
 *   names no slot is 0 too, and nothing is counted for it: a corrupt entry is copied (D39).
 * @kernel swap_duplicate in mm/swapfile.c
 */
export function swapDuplicate(sync: Sync, swap: SwapState, low: number, high: number): number {
  countCalls(sync, "swap_duplicate", 1);
  let status = 0;
  while (
    status === 0 &&
    takeReference(sync, swap, low, high, 1, "swap_duplicate") === -Errno.ENOMEM
  ) {
    status = addSwapCountContinuationAtomic(sync, swap, low, high);
  }
  return status;
}

/**
 * Sets the cache bit of the slot that a PTE names, before its page is read in.
 * @returns 0; −EEXIST when somebody was faster; −ENOENT for a free slot; −EINVAL for no slot
 * @kernel swapcache_prepare in mm/swapfile.c
 */
export const swapcachePrepare = (sync: Sync, swap: SwapState, low: number, high: number): number =>
  takeReference(sync, swap, low, high, SwapMap.HAS_CACHE, "swapcache_prepare");

/**
 * Hands a slot that only the cache holds to shmem.
 * @returns 0, or a negative errno
 * @kernel swap_shmem_alloc in mm/swapfile.c
 */
export const swapShmemAlloc = (sync: Sync, swap: SwapState, entry: SwpEntry): number =>
  takeReference(
    sync,
    swap,
    entryPteLow(entry),
    entryPteHigh(entry),
    SwapMap.SHMEM,
    "swap_shmem_alloc",
  );

/** @kernel __swap_duplicate in mm/swapfile.c */
function takeReference(
  sync: Sync,
  swap: SwapState,
  low: number,
  high: number,
  usage: SwapUsage,
  where: string,
): number {
  if (isNonSwapEntry(low)) return -Errno.EINVAL;
  const area = swap.areas[swpType(low)] as SwapArea | undefined;
  if (area === undefined) {
    warnEntry(sync, "swap_dup", "bad-type", low, high);
    return -Errno.EINVAL;
  }
  const offset = swpOffset(low, high);
  takeLeafLock(sync, swap.swapLock, where);
  const status = offset < area.max ? raiseByte(area, offset, usage) : -Errno.EINVAL;
  spinUnlockNow(sync, swap.swapLock, where);
  return status;
}

/** Adds `usage` to the slot's byte, or says why not (SPEC §3.3 rows 4 to 11). */
function raiseByte(area: SwapArea, offset: number, usage: SwapUsage): number {
  const byte = area.swapMap[offset];
  if (byte === 0) return -Errno.ENOENT;
  const cacheBit = byte & SwapMap.HAS_CACHE;
  if (usage === SwapMap.HAS_CACHE) {
    if (cacheBit !== 0) return -Errno.EEXIST;
    area.swapMap[offset] = byte | SwapMap.HAS_CACHE;
    return 0;
  }
  const count = countPart(byte);
  const digit = digitPart(byte);
  if (digit < SwapMap.MAX) {
    area.swapMap[offset] = (count + usage) | cacheBit;
    return 0;
  }
  if (digit > SwapMap.MAX) return -Errno.EINVAL; // a bad slot, or shmem's
  if (!carryCount(area, offset, count)) return -Errno.ENOMEM;
  area.swapMap[offset] = SwapMap.CONTINUED | cacheBit;
  return 0;
}
