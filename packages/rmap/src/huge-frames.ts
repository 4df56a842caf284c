/**
 * Huge pages: 512 frames, aligned, that are one page (SPEC §2.13/2).
 *
 *               count                     mapcount       mapping, index   flags
 *    head       references, and one for   pmds that      of the page      HEAD, and the page's
 *               each pin of a tail        map the page
 *    511 tails  0                         pins            0                TAIL
 *
 * Splitting makes 512 ordinary pages of them, each as often mapped as the huge page was.
 */
import { hex, type Pfn, pfn } from "@forkpath/abi";
import { InvariantError, invariant } from "@forkpath/sync";
import { freeFrame, usesFreePage } from "./frames.ts";
import { HPAGE_PMD_NR, popFreeRun, pushFree, pushFreeRun } from "./free-list.ts";
import { growMemMap, type MemMap, NO_PFN } from "./mem-map.ts";
import { PageFlag } from "./page-flags.ts";

const COMPOUND = PageFlag.HEAD | PageFlag.TAIL;
/** What a tail takes over from its head. */
const KEPT_AT_SPLIT =
  PageFlag.REFERENCED |
  PageFlag.SWAPBACKED |
  PageFlag.MLOCKED |
  PageFlag.UPTODATE |
  PageFlag.ANON_EXCLUSIVE;
/** A tail's list is its head's, even while somebody has isolated that. */
const LIST = PageFlag.ACTIVE | PageFlag.UNEVICTABLE;

/** Head or tail of a huge page? @kernel PageCompound in include/linux/page-flags.h */
export const isPageCompound = (map: MemMap, frame: number): boolean =>
  (map.flags[frame] & COMPOUND) !== 0;

/** @kernel compound_head in include/linux/mm.h */
export const compoundHead = (map: MemMap, frame: number): Pfn =>
  pfn(map.flags[frame] & PageFlag.TAIL ? frame - (frame % HPAGE_PMD_NR) : frame);

/**
 * A free huge page, with count 1 at its head, or NO_PFN when no 512 aligned frames are left. Can
 * replace the columns.
 * @kernel alloc_hugepage in mm/huge_memory.c
 * @deviates Takes runs that were never used or were freed as one: the buddy system would also find
 *   those whose frames were freed one by one, and compaction would make some.
 * @example
 * ```ts
 * import { allocHugeFrame, createMemMap, nrFreePages } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 2048 });
 * console.log(allocHugeFrame(map) % 512, nrFreePages(map)); // 0 1534
 * ```
 */
export function allocHugeFrame(map: MemMap): Pfn {
  const freed = popFreeRun(map);
  const head = freed === NO_PFN ? takeUnusedRun(map) : freed;
  if (head === NO_PFN) return NO_PFN;
  map.count[head] = 1;
  map.index[head] = 0;
  map.flags[head] = PageFlag.HEAD;
  map.flags.fill(PageFlag.TAIL, head + 1, head + HPAGE_PMD_NR);
  map.framesInUse += HPAGE_PMD_NR;
  return pfn(head);
}

/** The frames that alignment skips can still be had one by one, the lowest first. */
function takeUnusedRun(map: MemMap): number {
  const head = Math.ceil(map.nextFrame / HPAGE_PMD_NR) * HPAGE_PMD_NR;
  const last = head + HPAGE_PMD_NR - 1;
  if (last > map.highestMemmapPfn) return NO_PFN;
  growMemMap(map, last);
  for (let skipped = head - 1; skipped >= map.nextFrame; skipped--) pushFree(map, skipped);
  map.nextFrame = last + 1;
  return head;
}

/**
 * Gives a huge page back: its last reference is gone.
 * @throws InvariantError for a page that is still mapped, or whose tails are pinned
 * @kernel free_compound_page in mm/page_alloc.c
 */
export function freeHugeFrame(map: MemMap, head: number): void {
  const users = map.mapcount.subarray(head, head + HPAGE_PMD_NR).findIndex((uses) => uses !== 0);
  if (users >= 0) {
    throw new InvariantError(
      "mapped-page-freed",
      `freeHugeFrame of ${hex(head)}, whose page ${users} is in use`,
    );
  }
  map.count[head] = 0;
  map.mapping[head] = 0;
  map.flags.fill(0, head, head + HPAGE_PMD_NR);
  map.framesInUse -= HPAGE_PMD_NR;
  pushFreeRun(map, head);
}

/**
 * One more pin of a tail: a reference that its head holds, and that the tail remembers.
 * @throws InvariantError when the frame is free
 * @kernel get_page in include/linux/mm.h, for a tail
 */
export function getTail(map: MemMap, where: string, frame: number): void {
  if ((map.flags[frame] & PageFlag.TAIL) === 0) throw usesFreePage(where, frame);
  map.count[compoundHead(map, frame)]++;
  map.mapcount[frame]++;
}

/**
 * One pin of a tail less. The head's reference is for the caller to drop.
 * @returns the head
 * @throws InvariantError when the frame is free, or a tail that nobody has pinned
 * @kernel put_compound_page in mm/swap.c
 */
export function putTail(map: MemMap, where: string, frame: number): Pfn {
  const isPinned = (map.flags[frame] & PageFlag.TAIL) !== 0 && map.mapcount[frame] > 0;
  if (!isPinned) throw usesFreePage(where, frame);
  map.mapcount[frame]--;
  return compoundHead(map, frame);
}

/**
 * Makes ordinary pages of a huge one, in one step. Each gets as many references as there are pmds,
 * whose entries are about to map it, and keeps its own pins; without either it is freed. Requires a
 * reference, the lock of the page's anon_vma, and that all its pmds are marked as splitting.
 * @throws InvariantError unless `head` is that of a huge page
 * @kernel __split_huge_page_refcount in mm/huge_memory.c
 */
export function splitHugeFrame(map: MemMap, head: number): void {
  const isHead = (map.flags[head] & PageFlag.HEAD) !== 0;
  invariant(isHead, "huge-page-head", `splitHugeFrame of ${hex(head)}`);
  const mapcount = map.mapcount[head];
  const flags = map.flags[head] & (KEPT_AT_SPLIT | LIST);
  map.flags[head] &= ~PageFlag.HEAD;
  for (let frame = head + 1; frame < head + HPAGE_PMD_NR; frame++) {
    const pins = map.mapcount[frame];
    map.count[head] -= pins;
    map.count[frame] = mapcount + pins + 1;
    map.mapcount[frame] = mapcount;
    map.mapping[frame] = map.mapping[head];
    map.index[frame] = map.index[head] + (frame - head);
    map.flags[frame] = flags | PageFlag.LRU | PageFlag.DIRTY;
    if (map.count[frame] === 1) freeFrame(map, frame);
    else map.count[frame]--;
  }
  if (mapcount === 0) return; // somebody has unmapped it all, and the statistics say so
  map.stats.nrAnonTransparentHugepages--;
  map.stats.nrAnonPages += HPAGE_PMD_NR;
}
