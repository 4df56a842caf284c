/** The count of each swap slot against the entries that name it (SPEC I6). */
import type { MmEnv } from "@forkpath/mm";
import { makeEntry, slotState, swapCount } from "@forkpath/swap";
import type { EntryTally } from "./tally.ts";

/** @modelOnly a recount */
export function checkSlots({ swap }: MmEnv, { slots }: EntryTally): readonly string[] {
  const lines: string[] = [];
  const seen = new Set<number>();
  for (const { type, max, swapMap } of swap.areas) {
    for (let offset = 1; offset < max; offset++) {
      const entry = makeEntry(type, offset);
      const named = slots.get(entry) ?? 0;
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
