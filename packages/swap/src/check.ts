/**
 * Recounts what swap keeps twice: the cache bit and the count of each slot (SPEC §0.6 I6), and its
 * sums, chains and ring.
 */
import { hexByte } from "@forkpath/abi";
import {
  compareKept,
  InvariantError,
  MACHINE,
  type Mismatch,
  tellAll,
  tellKept,
} from "@forkpath/sync";
import { slotName } from "./check-slots.ts";
import { continuedDigits } from "./continuation.ts";
import { countPart, SwapMap, slotState } from "./map-byte.ts";
import type { MmListNode } from "./mmlist.ts";
import { entryOffset, entryType, makeEntry } from "./packed.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

/** At which moment the recount looks. */
export interface SwapCheckOptions {
  /** A page may be half way into or out of the cache: its slot's bit set, the page not there. */
  readonly isCacheInFlux?: boolean;
}

/**
 * One mismatch for each thing that is wrong inside swap; `checkSlots` looks from outside.
 * @modelOnly the slow way to every cached number
 * @example
 * ```ts
 * import { addSwapArea, checkSwap, createSwap } from "@forkpath/swap";
 * const swap = createSwap();
 * addSwapArea(swap, { max: 8192 });
 * console.log(checkSwap(swap).length); // 0
 * ```
 */
export function checkSwap(swap: SwapState, options: SwapCheckOptions = {}): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  checkTotals(swap, wrong);
  for (const area of swap.areas) checkArea(area, wrong);
  checkCachedPages(swap, wrong);
  if (options.isCacheInFlux !== true) for (const area of swap.areas) checkBits(swap, area, wrong);
  checkRing(swap.initMm, wrong);
  return wrong;
}

function checkTotals(swap: SwapState, wrong: Mismatch[]): void {
  let total = 0;
  for (const area of swap.active) total += area.pages;
  let free = total;
  let active = 0;
  for (const area of swap.areas) {
    free -= area.inusePages;
    if (area.flags & SwapFlag.WRITEOK) active++;
  }
  tellKept(wrong, "swap", MACHINE, "total_swap_pages", swap.totalSwapPages, total);
  tellKept(wrong, "swap", MACHINE, "nr_swap_pages", swap.nrSwapPages, free);
  tellKept(wrong, "swap", MACHINE, "active areas", swap.active.length, active);
}

function checkArea(area: SwapArea, wrong: Mismatch[]): void {
  const { type, max, swapMap } = area;
  const name = `area ${type}`;
  let free = 0;
  let usable = 0;
  // The search for a free slot looks between the two, and nowhere else.
  let lowest = area.lowestBit;
  let highest = area.highestBit;
  for (let slot = 0; slot < max; slot++) {
    const byte = swapMap[slot];
    if (countPart(byte) !== SwapMap.BAD) usable++;
    if (byte !== 0 || slot === 0) tellAll(wrong, checkSlot(area, slot, byte));
    if (byte !== 0) continue;
    free++;
    if (slot < lowest) lowest = slot;
    if (slot > highest) highest = slot;
  }
  tellKept(wrong, "swap", name, "pages", area.pages, usable);
  tellKept(wrong, "swap", name, "inuse_pages", area.inusePages, usable - free);
  tellKept(wrong, "swap", name, "lowest_bit", area.lowestBit, lowest);
  tellKept(wrong, "swap", name, "highest_bit", area.highestBit, highest);
}

const NOTHING: readonly Mismatch[] = [];

/** Slot 0 is the area's header. A count has no digit 0 on top. */
function checkSlot(area: SwapArea, slot: number, byte: number): readonly Mismatch[] {
  if (slot === 0) {
    if (countPart(byte) === SwapMap.BAD) return NOTHING;
    return compareKept("swap", slotName(area.type, slot), "byte", hexByte(byte), "BAD");
  }
  if ((byte & SwapMap.CONTINUED) === 0 || slotState(byte) === "shmem") return NOTHING;
  const name = slotName(area.type, slot);
  try {
    const digits = continuedDigits(area, slot);
    const shown = digits.slice(0, digits.findLastIndex((digit) => digit !== 0) + 1);
    return compareKept("swap", name, "digits", `[${digits.join(" ")}]`, `[${shown.join(" ")}]`);
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    return compareKept("swap", name, "continuation", error.message, "whole");
  }
}

/** The slot of a cached page has the cache bit. */
function checkCachedPages(swap: SwapState, wrong: Mismatch[]): void {
  for (const [entry, pfn] of swap.cache) {
    const type = entryType(entry);
    const offset = entryOffset(entry);
    const byte = swap.areas[type]?.swapMap[offset] ?? 0;
    if ((byte & SwapMap.HAS_CACHE) !== 0) continue;
    tellCacheBit(wrong, type, offset, "clear", `set for pfn ${pfn}`);
  }
}

/** A slot with the cache bit has a cached page. */
function checkBits(swap: SwapState, { type, max, swapMap }: SwapArea, wrong: Mismatch[]): void {
  for (let slot = 1; slot < max; slot++) {
    if ((swapMap[slot] & SwapMap.HAS_CACHE) === 0) continue;
    if (swap.cache.has(makeEntry(type, slot))) continue;
    tellCacheBit(wrong, type, slot, "set", "clear: no page is cached");
  }
}

const tellCacheBit = (
  wrong: Mismatch[],
  type: number,
  offset: number,
  kept: string,
  counted: string,
): void => tellKept(wrong, "I6", slotName(type, offset), "HAS_CACHE", kept, counted);

/** Each node of the anchor's ring is its neighbours' neighbour. */
function checkRing(anchor: MmListNode, wrong: Mismatch[]): void {
  let node = anchor;
  do {
    const { next } = node;
    if (next.prev !== node) {
      tellKept(wrong, "swap", next.name, "mmlist.prev", next.prev.name, node.name);
      return;
    }
    node = next;
  } while (node !== anchor); // a ring that misses the anchor has a node with two predecessors
}
