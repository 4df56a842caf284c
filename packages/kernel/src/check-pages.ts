/**
 * Who maps and who holds each frame (SPEC I4, I5).
 *
 * References besides those of entries: one of the page cache or the swap cache, those of `pin`,
 * those of calls that sleep (a fault that waits for its page), of batches on their way to a list,
 * and
 *    a page under migration     one of the migration, which has isolated it
 *    the frame that it goes to  one of the migration, which has allocated it
 *    a frame that went bad      one that is never given back
 */
import { batchedPages, refsOfPin } from "@forkpath/mm/internal";
import { checkRmap, PageFlag } from "@forkpath/rmap";
import type { Mismatch } from "@forkpath/sync";
import type { Machine } from "./machine.ts";
import type { EntryTally } from "./tally.ts";

/** @modelOnly a recount */
export function checkPages(machine: Machine, { mappings }: EntryTally): readonly Mismatch[] {
  const { map } = machine.mm;
  const others = countHolders(machine);
  const otherRefsOf = (pfn: number): number =>
    (others.get(pfn) ?? 0) + (map.flags[pfn] & PageFlag.HWPOISON ? 1 : 0);
  return checkRmap(map, (pfn) => mappings.get(pfn) ?? 0, otherRefsOf);
}

/** References that no entry has, by frame. */
function countHolders({ mm, pins, migrations }: Machine): Map<number, number> {
  const holders = new Map<number, number>();
  const add = (pfn: number, times = 1): void => {
    holders.set(pfn, (holders.get(pfn) ?? 0) + times);
  };
  for (const [pfn, times] of pins) add(pfn, times * refsOfPin(mm, pfn));
  for (const pfn of batchedPages(mm)) add(pfn);
  for (const [pfn, times] of mm.inFlight) add(pfn, times);
  for (const pfn of mm.swap.cache.values()) add(pfn);
  for (const { pages } of mm.files.values()) for (const pfn of pages.values()) add(pfn);
  for (const { oldPfn, newPfn } of migrations) {
    add(oldPfn);
    add(newPfn);
  }
  return holders;
}
