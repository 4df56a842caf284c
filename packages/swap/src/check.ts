/**
 * Recounts what swap keeps twice: the cache bit and the count of each slot (SPEC §0.6 I6), and its
 * sums, chains and ring.
 */
import { hexByte } from "@forkpath/abi";
import { compareKept, InvariantError, MACHINE, type Mismatch } from "@forkpath/sync";
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
  return [
    ...checkTotals(swap),
    ...swap.areas.flatMap(checkArea),
    ...checkCachedPages(swap),
    ...(options.isCacheInFlux === true ? [] : swap.areas.flatMap((area) => checkBits(swap, area))),
    ...checkRing(swap.initMm),
  ];
}

function checkTotals(swap: SwapState): readonly Mismatch[] {
  let total = 0;
  for (const area of swap.active) total += area.pages;
  let free = total;
  for (const area of swap.areas) free -= area.inusePages;
  const active = swap.areas.filter((area) => area.flags & SwapFlag.WRITEOK);
  return [
    ...compareKept("swap", MACHINE, "total_swap_pages", swap.totalSwapPages, total),
    ...compareKept("swap", MACHINE, "nr_swap_pages", swap.nrSwapPages, free),
    ...compareKept("swap", MACHINE, "active areas", swap.active.length, active.length),
  ];
}

function checkArea(area: SwapArea): readonly Mismatch[] {
  const { type, max, swapMap } = area;
  const name = `area ${type}`;
  let free = 0;
  let usable = 0;
  // The search for a free slot looks between the two, and nowhere else.
  let lowest = area.lowestBit;
  let highest = area.highestBit;
  const wrong: Mismatch[] = [];
  for (let slot = 0; slot < max; slot++) {
    const byte = swapMap[slot];
    if (countPart(byte) !== SwapMap.BAD) usable++;
    if (byte !== 0 || slot === 0) wrong.push(...checkSlot(area, slot, byte));
    if (byte !== 0) continue;
    free++;
    if (slot < lowest) lowest = slot;
    if (slot > highest) highest = slot;
  }
  return [
    ...wrong,
    ...compareKept("swap", name, "pages", area.pages, usable),
    ...compareKept("swap", name, "inuse_pages", area.inusePages, usable - free),
    ...compareKept("swap", name, "lowest_bit", area.lowestBit, lowest),
    ...compareKept("swap", name, "highest_bit", area.highestBit, highest),
  ];
}

/** Slot 0 is the area's header. A count has no digit 0 on top. */
function checkSlot(area: SwapArea, slot: number, byte: number): readonly Mismatch[] {
  const tell = (field: string, kept: string, counted: string): readonly Mismatch[] =>
    compareKept("swap", slotName(area.type, slot), field, kept, counted);
  if (slot === 0) return countPart(byte) === SwapMap.BAD ? [] : tell("byte", hexByte(byte), "BAD");
  if ((byte & SwapMap.CONTINUED) === 0 || slotState(byte) === "shmem") return [];
  try {
    const digits = continuedDigits(area, slot);
    const shown = digits.slice(0, digits.findLastIndex((digit) => digit !== 0) + 1);
    return tell("digits", `[${digits.join(" ")}]`, `[${shown.join(" ")}]`);
  } catch (error) {
    if (error instanceof InvariantError) return tell("continuation", error.message, "whole");
    throw error;
  }
}

/** The slot of a cached page has the cache bit. */
function checkCachedPages(swap: SwapState): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  for (const entry of swap.cache.keys()) {
    const type = entryType(entry);
    const offset = entryOffset(entry);
    const byte = swap.areas[type]?.swapMap[offset] ?? 0;
    if ((byte & SwapMap.HAS_CACHE) !== 0) continue;
    wrong.push(...cacheBit(type, offset, "clear", `set for pfn ${swap.cache.get(entry)}`));
  }
  return wrong;
}

/** A slot with the cache bit has a cached page. */
function checkBits(swap: SwapState, { type, max, swapMap }: SwapArea): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  for (let slot = 1; slot < max; slot++) {
    if ((swapMap[slot] & SwapMap.HAS_CACHE) === 0) continue;
    if (swap.cache.has(makeEntry(type, slot))) continue;
    wrong.push(...cacheBit(type, slot, "set", "clear: no page is cached"));
  }
  return wrong;
}

const cacheBit = (
  type: number,
  offset: number,
  kept: string,
  counted: string,
): readonly Mismatch[] => compareKept("I6", slotName(type, offset), "HAS_CACHE", kept, counted);

/** Each node of the anchor's ring is its neighbours' neighbour. */
function checkRing(anchor: MmListNode): readonly Mismatch[] {
  let node = anchor;
  do {
    const { next } = node;
    if (next.prev !== node) {
      return compareKept("swap", next.name, "mmlist.prev", next.prev.name, node.name);
    }
    node = next;
  } while (node !== anchor); // a ring that misses the anchor has a node with two predecessors
  return [];
}
