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
import type { EntryTally } from "@forkpath/mm";
import { batchedPages, refsOfPin } from "@forkpath/mm/internal";
import { checkRmap, PageFlag } from "@forkpath/rmap";
import type { Mismatch } from "@forkpath/sync";
import type { Machine } from "./machine.ts";

/** @modelOnly a recount */
export function checkPages(machine: Machine, { mappings }: EntryTally): readonly Mismatch[] {
  const { map } = machine.mm;
  const { flags } = map;
  const holders = countHolders(machine);
  return checkRmap(
    map,
    (pfn) => mappings[pfn],
    (pfn) => holders[pfn] + (flags[pfn] & PageFlag.HWPOISON ? 1 : 0),
  );
}

/** References that no entry has, by frame. */
function countHolders({ mm, pins, migrations }: Machine): Int32Array {
  const holders = new Int32Array(mm.map.nextFrame);
  for (const [pfn, times] of pins) holders[pfn] += times * refsOfPin(mm, pfn);
  for (const pfn of batchedPages(mm)) holders[pfn]++;
  for (const [pfn, times] of mm.inFlight) holders[pfn] += times;
  for (const pfn of mm.swap.cache.values()) holders[pfn]++;
  for (const { pages } of mm.files.values()) for (const pfn of pages.values()) holders[pfn]++;
  for (const { oldPfn, newPfn } of migrations) {
    holders[oldPfn]++;
    holders[newPfn]++;
  }
  return holders;
}
