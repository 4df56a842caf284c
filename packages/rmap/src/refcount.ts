/**
 * _count: how many hold on to a page (SPEC §4.1). The last one to let go frees it.
 *
 * These run once for each entry copied or zapped. They take the frame number as it is, and check
 * only what costs nothing: a page that is free, or has no row, must not be used at all. The hot
 * loop of fork adds to the column itself.
 */
import { freeFrame } from "./frames.ts";
import { freeHugeFrame, getTail, putTail } from "./huge-frames.ts";
import { releaseLargeFrame } from "./large-folio.ts";
import type { MemMap } from "./mem-map.ts";
import { PageFlag } from "./page-flags.ts";

/**
 * One more reference; to a tail of a huge page, its head gets it.
 * @throws InvariantError when the page is free
 * @kernel get_page in include/linux/mm.h
 * @example
 * ```ts
 * import { allocFrame, createMemMap, getPage } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * const frame = allocFrame(map);
 * getPage(map, frame);
 * console.log(map.count[frame]); // 2
 * ```
 */
export function getPage(map: MemMap, pfn: number): void {
  // A tail has count 0, so the common case is not asked for it.
  if (map.count[pfn] > 0) map.count[pfn]++;
  else getTail(map, "getPage", pfn);
}

/**
 * One more reference, unless the page is free: for whoever found it without holding it.
 * @returns true when the caller now holds a reference
 * @kernel get_page_unless_zero in include/linux/mm.h
 */
export function getPageUnlessZero(map: MemMap, pfn: number): boolean {
  if (!(map.count[pfn] > 0)) return false;
  map.count[pfn]++;
  return true;
}

/**
 * One reference less; the last one frees the page, and its mapping tag goes with it. That of a
 * tail is one of its head's.
 * @returns true when the page was freed
 * @throws InvariantError when the page is free already, or would be freed while it is mapped
 * @kernel put_page in mm/swap.c
 */
export function putPage(map: MemMap, pfn: number): boolean {
  const count = map.count[pfn];
  if (count > 1) {
    map.count[pfn] = count - 1;
    return false;
  }
  if (count !== 1) return putPage(map, putTail(map, "putPage", pfn));
  const flags = map.flags[pfn];
  if (flags & PageFlag.HEAD) freeHugeFrame(map, pfn);
  else if (flags & PageFlag.LARGE) releaseLargeFrame(map, pfn);
  else freeFrame(map, pfn);
  return true;
}
