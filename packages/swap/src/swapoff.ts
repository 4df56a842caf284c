/**
 * Taking an area out of use: the part of swapoff(2) that needs no address space (SPEC §3.9).
 *
 *    beginSwapoff   no slot is given out any more
 *    findNextToUnuse, and whoever knows mms brings the pages back      (try_to_unuse)
 *    finishSwapoff  or, if that failed, abortSwapoff
 */
import { expectInteger } from "@forkpath/abi";
import { InvariantError, type Sync, spinUnlockNow, takeLeafLock } from "@forkpath/sync";
import { countPart, SwapMap } from "./map-byte.ts";
import { emptyMmlist } from "./mmlist.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";
import { activateArea } from "./swapon.ts";

const WHERE = "sys_swapoff";

/**
 * Takes the area off the list of those that give out slots.
 * @throws RangeError or TypeError unless `type` names an active area
 * @kernel sys_swapoff in mm/swapfile.c
 */
export function beginSwapoff(sync: Sync, swap: SwapState, type: number): void {
  const area = areaInPhase(swap, type, "beginSwapoff", true);
  takeLeafLock(sync, swap.swapLock, WHERE);
  swap.active.splice(swap.active.indexOf(area), 1);
  area.flags &= ~SwapFlag.WRITEOK;
  swap.nrSwapPages -= area.pages;
  swap.totalSwapPages -= area.pages;
  spinUnlockNow(sync, swap.swapLock, WHERE);
}

/**
 * Puts the area back, because some page could not be brought in.
 * @throws RangeError or TypeError unless `type` names an area that is being swapped off
 * @kernel sys_swapoff in mm/swapfile.c
 */
export function abortSwapoff(sync: Sync, swap: SwapState, type: number): void {
  const area = areaInPhase(swap, type, "abortSwapoff", false);
  takeLeafLock(sync, swap.swapLock, WHERE);
  activateArea(swap, area);
  spinUnlockNow(sync, swap.swapLock, WHERE);
}

/**
 * Empties the ring of mms if no area is in use, and frees continuation pages and map.
 * @throws RangeError or TypeError unless `type` names an area that is being swapped off
 * @throws InvariantError when a slot is still in use
 * @kernel sys_swapoff in mm/swapfile.c
 */
export function finishSwapoff(sync: Sync, swap: SwapState, type: number): void {
  const area = areaInPhase(swap, type, "finishSwapoff", false);
  if (area.inusePages !== 0) {
    throw new InvariantError(
      "swapoff-of-used-area",
      `area ${type} has ${area.inusePages} slots in use`,
    );
  }
  drainMmlist(sync, swap);
  takeLeafLock(sync, swap.swapLock, WHERE);
  freeSwapCountContinuations(area);
  area.flags = 0;
  area.max = 0;
  area.pages = 0;
  area.swapMap = new Uint8Array(0);
  spinUnlockNow(sync, swap.swapLock, WHERE);
}

/**
 * Takes every mm off the ring, unless some area still has slots in use.
 * @kernel drain_mmlist in mm/swapfile.c
 */
export function drainMmlist(sync: Sync, swap: SwapState): void {
  if (swap.areas.some((area) => area.inusePages > 0)) return;
  emptyMmlist(sync, swap);
}

/**
 * Frees the area's continuation pages; nothing else ever does.
 * @returns how many there were
 * @kernel free_swap_count_continuations in mm/swapfile.c
 */
export function freeSwapCountContinuations(area: SwapArea): number {
  let freed = 0;
  for (const chain of area.continuations.values()) freed += chain.length;
  area.continuations.clear();
  area.flags &= ~SwapFlag.CONTINUED;
  return freed;
}

/**
 * The next slot in use behind `previous`, from the end back to the start: a slot whose page came
 * in during the search may have been swapped out again. Bad slots and the header do not count.
 * @param previous the slot found last; 0 at first
 * @returns 0 when no slot is in use
 * @throws RangeError or TypeError unless `previous` is a slot of the area
 * @kernel find_next_to_unuse in mm/swapfile.c
 */
export function findNextToUnuse(area: SwapArea, previous: number): number {
  expectInteger("findNextToUnuse", "previous", previous, 0, area.max - 1);
  for (let slot = previous + 1; slot < area.max; slot++) if (isInUse(area, slot)) return slot;
  for (let slot = 1; slot <= previous; slot++) if (isInUse(area, slot)) return slot;
  return 0;
}

const isInUse = (area: SwapArea, slot: number): boolean => {
  const byte = area.swapMap[slot];
  return byte !== 0 && countPart(byte) !== SwapMap.BAD;
};

/** The area of that type, if slots are given out (`isActive`) or its swapoff has begun. */
function areaInPhase(swap: SwapState, type: number, where: string, isActive: boolean): SwapArea {
  expectInteger(where, "type", type, 0, swap.areas.length - 1);
  const area = swap.areas[type];
  const isUsed = (area.flags & SwapFlag.USED) !== 0;
  if (!isUsed || swap.active.includes(area) !== isActive) {
    const wanted = isActive ? "an active area" : "an area whose swapoff has begun";
    throw new RangeError(`${where}: type must name ${wanted}, got ${type}`);
  }
  return area;
}
