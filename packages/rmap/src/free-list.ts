/**
 * The lists of free frames, threaded through `index`, which a free page has no use for.
 *
 *    freeHead       single frames, the one freed last in front
 *    freeHugeHead   runs of 512 frames that were a huge page: the first frame of each is linked
 *
 * Runs are only broken up when single frames are all used up, and never grow together again.
 */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import { type MemMap, NO_PFN } from "./mem-map.ts";

/** @kernel HPAGE_PMD_NR in include/linux/huge_mm.h */
export const HPAGE_PMD_NR: number = PTRS_PER_TABLE;

/**
 * Takes the frame that was freed last, or NO_PFN when none was.
 * @kernel buffered_rmqueue in mm/page_alloc.c
 */
export function popFree(map: MemMap): number {
  if (map.freeHead === NO_PFN) breakUpRun(map, map.freeHugeHead);
  const frame = map.freeHead;
  if (frame !== NO_PFN) map.freeHead = map.index[frame];
  return frame;
}

/**
 * Puts a frame in front.
 * @kernel free_hot_cold_page in mm/page_alloc.c
 */
export function pushFree(map: MemMap, frame: number): void {
  map.index[frame] = map.freeHead;
  map.freeHead = frame;
}

/**
 * Takes the run that was freed last, or NO_PFN when there is none.
 * @kernel __rmqueue_smallest in mm/page_alloc.c
 */
export function popFreeRun(map: MemMap): number {
  const head = map.freeHugeHead;
  if (head !== NO_PFN) map.freeHugeHead = map.index[head];
  return head;
}

/**
 * Puts a run in front.
 * @kernel __free_one_page in mm/page_alloc.c
 */
export function pushFreeRun(map: MemMap, head: number): void {
  map.index[head] = map.freeHugeHead;
  map.freeHugeHead = head;
}

/**
 * Takes one particular frame off the list that it is on.
 * @modelOnly the kernel's allocator picks the frame
 */
export function unlinkFree(map: MemMap, frame: number): void {
  const head = frame - (frame % HPAGE_PMD_NR);
  for (let run = map.freeHugeHead; run !== NO_PFN; run = map.index[run]) {
    if (run !== head) continue;
    breakUpRun(map, head);
    break;
  }
  map.freeHead = withoutLink(map, map.freeHead, frame);
}

/** Makes single frames of a run, the lowest in front. */
function breakUpRun(map: MemMap, head: number): void {
  if (head === NO_PFN) return;
  map.freeHugeHead = withoutLink(map, map.freeHugeHead, head);
  for (let frame = head + HPAGE_PMD_NR - 1; frame >= head; frame--) pushFree(map, frame);
}

/**
 * The list that begins with `first`, without `frame`, which is on it. @returns its new beginning
 */
function withoutLink({ index }: MemMap, first: number, frame: number): number {
  if (first === frame) return index[frame];
  let before = first;
  while (index[before] !== frame) before = index[before];
  index[before] = index[frame];
  return first;
}
