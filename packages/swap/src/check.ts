/**
 * Recounts everything that swap keeps twice (SPEC §0.6 I6).
 */
import { InvariantError } from "@forkpath/sync";
import { continuedDigits } from "./continuation.ts";
import { countPart, SwapMap, slotState } from "./map-byte.ts";
import type { MmListNode } from "./mmlist.ts";
import { entryOffset, entryType, makeEntry } from "./packed.ts";
import { type SwapArea, SwapFlag, type SwapState } from "./state.ts";

export interface SwapCheckOptions {
  /** A page may be half way into or out of the cache: its slot's bit set, the page not there. */
  readonly isCacheInFlux?: boolean;
}

/**
 * One line for each mismatch; empty when all holds.
 * @modelOnly the slow way to every cached number
 */
export function checkSwap(swap: SwapState, options: SwapCheckOptions = {}): readonly string[] {
  return [
    ...checkTotals(swap),
    ...swap.areas.flatMap(checkArea),
    ...checkCachedPages(swap),
    ...(options.isCacheInFlux === true ? [] : swap.areas.flatMap((area) => checkBits(swap, area))),
    ...checkRing(swap.initMm),
  ];
}

function checkTotals(swap: SwapState): string[] {
  let total = 0;
  for (const area of swap.active) total += area.pages;
  let free = total;
  for (const area of swap.areas) free -= area.inusePages;
  const active = swap.areas.filter((area) => area.flags & SwapFlag.WRITEOK);
  return [
    ...expectEqual("total_swap_pages", swap.totalSwapPages, total),
    ...expectEqual("nr_swap_pages", swap.nrSwapPages, free),
    ...expectEqual("active areas", swap.active.length, active.length),
  ];
}

function checkArea(area: SwapArea): string[] {
  const name = `area ${area.type}`;
  let usable = 0;
  let inUse = 0;
  const wrong: string[] = [];
  for (let slot = 0; slot < area.max; slot++) {
    const byte = area.swapMap[slot];
    const isUsable = countPart(byte) !== SwapMap.BAD;
    if (isUsable) usable++;
    if (isUsable && byte !== 0) inUse++;
    wrong.push(...checkSlot(area, slot, byte).map((line) => `${name} slot ${slot}: ${line}`));
  }
  return [
    ...wrong,
    ...expectEqual(`${name} pages`, area.pages, usable),
    ...expectEqual(`${name} inuse_pages`, area.inusePages, inUse),
  ];
}

function checkSlot(area: SwapArea, slot: number, byte: number): string[] {
  if (slot === 0) return countPart(byte) === SwapMap.BAD ? [] : ["the header is not BAD"];
  if (byte === 0 && (slot < area.lowestBit || slot > area.highestBit)) {
    return [`free, outside ${area.lowestBit}..${area.highestBit}`];
  }
  if ((byte & SwapMap.CONTINUED) === 0 || slotState(byte) === "shmem") return [];
  try {
    const digits = continuedDigits(area, slot);
    return digits.at(-1) === 0 ? [`its highest digit is 0: [${digits.join(" ")}]`] : [];
  } catch (error) {
    if (error instanceof InvariantError) return [error.message];
    throw error;
  }
}

/** Every cached page has the bit of its slot set. */
function checkCachedPages(swap: SwapState): string[] {
  return [...swap.cache].flatMap(([entry, page]) => {
    const byte = swap.areas[entryType(entry)]?.swapMap[entryOffset(entry)] ?? 0;
    return byte & SwapMap.HAS_CACHE
      ? []
      : [`page ${page} is cached for area ${entryType(entry)} slot ${entryOffset(entry)}: no bit`];
  });
}

/** Every slot with the bit set has a cached page. */
function checkBits(swap: SwapState, area: SwapArea): string[] {
  const wrong: string[] = [];
  for (let slot = 1; slot < area.max; slot++) {
    if ((area.swapMap[slot] & SwapMap.HAS_CACHE) === 0) continue;
    if (swap.cache.has(makeEntry(area.type, slot))) continue;
    wrong.push(`area ${area.type} slot ${slot}: has the cache bit, and no page is cached`);
  }
  return wrong;
}

/** Each node of the anchor's ring is its neighbours' neighbour. */
function checkRing(anchor: MmListNode): string[] {
  let node = anchor;
  do {
    if (node.next.prev !== node) {
      return [`mmlist: ${node.next.name} does not point back to ${node.name}`];
    }
    node = node.next;
  } while (node !== anchor); // a ring that misses the anchor has a node with two predecessors
  return [];
}

const expectEqual = (what: string, kept: number, counted: number): string[] =>
  kept === counted ? [] : [`${what}: kept ${kept}, counted ${counted}`];
