/**
 * The count of each swap slot against the entries that name it, and shmem's slots against the files
 * that have pages there (SPEC I6).
 */
import type { MappedFile, MmEnv } from "@forkpath/mm";
import { makeEntry, slotState, swapCount } from "@forkpath/swap";
import type { EntryTally } from "./tally.ts";

/** @modelOnly a recount */
export function checkSlots({ swap, files }: MmEnv, { slots }: EntryTally): readonly string[] {
  const lines: string[] = [];
  const ofFiles = countFileSlots(files.values());
  const seen = new Set<number>();
  for (const { type, max, swapMap } of swap.areas) {
    for (let offset = 1; offset < max; offset++) {
      const entry = makeEntry(type, offset);
      const named = slots.get(entry) ?? 0;
      const isShmem = slotState(swapMap[offset]) === "shmem";
      const files = ofFiles.get(entry) ?? 0;
      if (files !== (isShmem ? 1 : 0)) {
        lines.push(
          `area ${type} slot ${offset}: ${isShmem ? "" : "not "}shmem's, but ${files} files name it`,
        );
      }
      if (named > 0) seen.add(entry);
      if (named === 0 && slotState(swapMap[offset]) !== "in-use") continue;
      const count = swapCount(swap, type, offset);
      if (count === named) continue;
      lines.push(`area ${type} slot ${offset}: count ${count}, but ${named} entries name it`);
    }
  }
  const strays = [...slots.keys()].filter((entry) => !seen.has(entry)).length;
  return strays === 0 ? lines : [...lines, `${strays} swap entries name a slot that is not there`];
}

/** How many pages of files are in each slot. */
function countFileSlots(files: Iterable<MappedFile>): Map<number, number> {
  const slots = new Map<number, number>();
  for (const { swapped } of files) {
    for (const entry of swapped.values()) slots.set(entry, (slots.get(entry) ?? 0) + 1);
  }
  return slots;
}
