/** Recounts the slots of swap from outside: against what names them. */
import type { SwpEntry } from "@forkpath/abi";
import { compareKept, type Mismatch } from "@forkpath/sync";
import { slotState } from "./map-byte.ts";
import { entryOffset, entryType, makeEntry } from "./packed.ts";
import { swapCount } from "./poke.ts";
import type { SwapArea, SwapState } from "./state.ts";

/** How many name each slot, by packed entry. */
export type SlotUsers = ReadonlyMap<SwpEntry, number>;

const none: SlotUsers = new Map();

/**
 * Holds the count of each slot against the entries that name it, and shmem's slots, each of which
 * one file names, against the files (SPEC §0.6 I6).
 * @param ofEntries entries of all address spaces
 * @param ofFiles pages of shmem files
 * @modelOnly a recount
 */
export function checkSlots(
  swap: SwapState,
  ofEntries: SlotUsers,
  ofFiles: SlotUsers = none,
): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  const isFreeNamed = namesFree(swap, ofEntries) || namesFree(swap, ofFiles);
  for (const area of swap.areas) {
    const { type, max, swapMap } = area;
    for (let offset = 1; offset < max; offset++) {
      if (swapMap[offset] === 0 && !isFreeNamed) continue; // as most are
      const entry = makeEntry(type, offset);
      checkSlot(swap, area, offset, ofEntries.get(entry) ?? 0, ofFiles.get(entry) ?? 0, wrong);
    }
  }
  findStrays(swap, ofEntries, wrong);
  findStrays(swap, ofFiles, wrong);
  return wrong;
}

function checkSlot(
  swap: SwapState,
  { type, swapMap }: SwapArea,
  offset: number,
  named: number,
  byFiles: number,
  wrong: Mismatch[],
): void {
  const byte = swapMap[offset];
  if (byte === 0 && named === 0 && byFiles === 0) return;
  const state = slotState(byte);
  const shmem = state === "shmem" ? 1 : 0;
  if (shmem !== byFiles) {
    wrong.push(...compareKept("I6", slotName(type, offset), "shmem", shmem, byFiles));
  }
  if (named === 0 && state !== "in-use") return;
  const count = swapCount(swap, type, offset);
  if (count !== named) {
    wrong.push(...compareKept("I6", slotName(type, offset), "count", count, named));
  }
}

/** Does anything name a slot that is free? */
function namesFree({ areas }: SwapState, named: SlotUsers): boolean {
  for (const entry of named.keys()) {
    if (areas[entryType(entry)]?.swapMap[entryOffset(entry)] === 0) return true;
  }
  return false;
}

/** What names a slot that no area has. */
function findStrays({ areas }: SwapState, named: SlotUsers, wrong: Mismatch[]): void {
  for (const entry of named.keys()) {
    const type = entryType(entry);
    const offset = entryOffset(entry);
    if (offset > 0 && offset < (areas[type]?.max ?? 0)) continue;
    const count = named.get(entry) ?? 0;
    wrong.push(...compareKept("I6", slotName(type, offset), "count", "no such slot", count));
  }
}

/** @modelOnly the owner of a mismatch */
export const slotName = (type: number, offset: number): string => `slot ${type}:${offset}`;
