/**
 * What holds of a table's lock touch, where that is known when the lock is taken.
 *
 *    of one entry          the entry, and the page that it maps
 *    of page_check_address the same; counters, the page's slot, the ring of mms with slots, and
 *                          whether the area is locked, since try_to_unmap_one may go on
 */
import type { Pfn } from "@forkpath/abi";
import type { HoldTerms } from "@forkpath/sync";
import type { MmEnv, MmStruct } from "../types.ts";
import { entryAt, flagsOf, RING_PART } from "./memory-point.ts";

/**
 * For the entry that maps `addr`, and for `page`.
 * @modelOnly what a point tells of a hold
 */
export const entryTerms = (mm: MmStruct, addr: number, page: Pfn): HoldTerms => ({
  touches: [entryAt(mm, addr), page],
  atOnce: [],
});

/**
 * For taking the entry for `addr` away from `page`.
 * @modelOnly what a point tells of a hold
 */
export const unmapTerms = (env: MmEnv, mm: MmStruct, addr: number, page: Pfn): HoldTerms => ({
  touches: [entryAt(mm, addr), page, env.swap, mm.counters, RING_PART, flagsOf(mm)],
  atOnce: [],
});
