/** Recounts the slots of swap from outside: against what names them. */
import type { SwpEntry } from "@forkpath/abi";
import { compareKept, type Mismatch } from "@forkpath/sync";
import { slotState } from "./map-byte.ts";
import { entryOffset, entryType, makeEntry } from "./packed.ts";
import { swapCount } from "./poke.ts";
import type { SwapState } from "./state.ts";

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
  for (const { type, max, swapMap } of swap.areas) {
    for (let offset = 1; offset < max; offset++) {
      const byte = swapMap[offset];
      // Most slots are free, and few have names.
      if (byte === 0 && ofEntries.size === 0 && ofFiles.size === 0) continue;
      const entry = makeEntry(type, offset);
      const state = slotState(byte);
      const named = ofEntries.get(entry) ?? 0;
      const byFiles = ofFiles.get(entry) ?? 0;
      if (byte === 0 && named === 0 && byFiles === 0) continue;
      const owner = slotName(type, offset);
      wrong.push(...compareKept("I6", owner, "shmem", state === "shmem" ? 1 : 0, byFiles));
      if (named === 0 && state !== "in-use") continue;
      wrong.push(...compareKept("I6", owner, "count", swapCount(swap, type, offset), named));
    }
  }
  return [...wrong, ...findStrays(swap, ofEntries), ...findStrays(swap, ofFiles)];
}

/** What names a slot that no area has. */
const findStrays = ({ areas }: SwapState, named: SlotUsers): readonly Mismatch[] =>
  [...named].flatMap(([entry, count]) => {
    const [type, offset] = [entryType(entry), entryOffset(entry)];
    const isThere = offset > 0 && offset < (areas[type]?.max ?? 0);
    return isThere ? [] : compareKept("I6", slotName(type, offset), "count", "no such slot", count);
  });

/** @modelOnly the owner of a mismatch */
export const slotName = (type: number, offset: number): string => `slot ${type}:${offset}`;
