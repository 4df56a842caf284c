/**
 * Adding a swap area: the bookkeeping of swapon(2), without device, header or extents.
 */
import { expectInteger } from "@forkpath/abi";
import { SwapMap } from "./map-byte.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

const MOST_SLOTS = 2 ** 31;
const MOST_PRIO = 32767;

/** A swap area to be. */
export interface SwapAreaOptions {
  /** Slots, the header (slot 0) included. */
  readonly max: number;
  /** 0 to 32767; without one the area comes after all others: −1, −2, … */
  readonly prio?: number;
  /** The device is memory, as zram is. */
  readonly isSynchronous?: boolean;
  /** Slots other than 0 that must not be used. */
  readonly badSlots?: readonly number[];
}

/**
 * Adds an area, and returns its type: the lowest one that no area uses.
 * @throws RangeError or TypeError for sizes and slots out of range, or when there are as many
 *   areas as types
 * @kernel sys_swapon in mm/swapfile.c
 * @deviates Takes no lock, and looks at no capability, file or header.
 */
export function addSwapArea(swap: SwapState, options: SwapAreaOptions): number {
  const { max, prio, isSynchronous = false, badSlots = [] } = options;
  expectInteger("addSwapArea", "max", max, 2, MOST_SLOTS);
  if (prio !== undefined) expectInteger("addSwapArea", "prio", prio, 0, MOST_PRIO);
  for (const slot of badSlots) expectInteger("addSwapArea", "bad slot", slot, 1, max - 1);
  const type = lowestUnusedType(swap);

  const area = makeArea(type, max, prio ?? --swap.leastPriority, badSlots);
  if (isSynchronous) area.flags |= SwapFlag.SYNCHRONOUS;
  swap.areas[type] = area;
  activateArea(swap, area);
  return type;
}

/**
 * Lets an area give out slots: behind all areas whose priority is not lower. Needs `swapLock`.
 * @kernel the swap_list insertion of sys_swapon and of a failed sys_swapoff in mm/swapfile.c
 */
export function activateArea(swap: SwapState, area: SwapArea): void {
  const position = swap.active.findIndex((other) => other.prio < area.prio);
  swap.active.splice(position < 0 ? swap.active.length : position, 0, area);
  area.flags |= SwapFlag.WRITEOK;
  swap.nrSwapPages += area.pages;
  swap.totalSwapPages += area.pages;
}

function lowestUnusedType(swap: SwapState): number {
  const { maxSwapfiles } = swap.types;
  const free = swap.areas.findIndex((area) => (area.flags & SwapFlag.USED) === 0);
  const type = free < 0 ? swap.areas.length : free;
  if (type === maxSwapfiles) {
    throw new RangeError(`addSwapArea: at most ${maxSwapfiles} areas, got one more`);
  }
  return type;
}

function makeArea(type: number, max: number, prio: number, badSlots: readonly number[]): SwapArea {
  const swapMap = new Uint8Array(max);
  for (const slot of [0, ...badSlots]) swapMap[slot] = SwapMap.BAD;
  return {
    type,
    flags: SwapFlag.USED,
    prio,
    max,
    swapMap,
    continuations: new Map(),
    lowestBit: 1,
    highestBit: max - 1,
    pages: max - new Set([0, ...badSlots]).size,
    inusePages: 0,
  };
}
