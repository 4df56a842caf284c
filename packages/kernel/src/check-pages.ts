/**
 * Who holds each frame besides the entries that map it (SPEC I5): the page cache or the swap cache,
 * `pin`, calls that sleep (a fault that waits for its page), batches on their way to a list, and
 *
 *    a page under migration     one of the migration, which has isolated it
 *    the frame that it goes to  one of the migration, which has allocated it
 *    a frame that went bad      one that is never given back
 */
import { batchedPages, refsOfPin } from "@forkpath/mm/internal";
import { PageFlag } from "@forkpath/rmap";
import type { Machine } from "./machine.ts";

/** References that no entry has, by frame: of those that were ever in use, or of more. */
export interface Holders {
  counts: Int32Array;
}

/** @modelOnly a recount */
export const createHolders = (): Holders => ({ counts: new Int32Array(0) });

/**
 * Counts them anew.
 * @modelOnly a recount
 */
export function countHolders({ mm, pins, migrations }: Machine, holders: Holders): Int32Array {
  const { map } = mm;
  if (holders.counts.length < map.nextFrame) holders.counts = new Int32Array(map.count.length);
  const { counts } = holders;
  for (let pfn = 0; pfn < map.nextFrame; pfn++) {
    counts[pfn] = map.flags[pfn] & PageFlag.HWPOISON ? 1 : 0;
  }
  for (const [pfn, times] of pins) counts[pfn] += times * refsOfPin(mm, pfn);
  for (const pfn of batchedPages(mm)) counts[pfn]++;
  for (const [pfn, times] of mm.inFlight) counts[pfn] += times;
  for (const pfn of mm.swap.cache.values()) counts[pfn]++;
  for (const { pages } of mm.files.values()) for (const pfn of pages.values()) counts[pfn]++;
  for (const { oldPfn, newPfn } of migrations) {
    counts[oldPfn]++;
    counts[newPfn]++;
  }
  return counts;
}
