/**
 * Large folios: 512 frames, aligned, that are one page of the allocator's, and may be mapped entry
 * by entry (L12/9, L15/9, M24/5).
 *
 *    each frame    count      entries and pmds that map it, and other references
 *                  mapcount   entries and pmds that map it
 *                  flags      LARGE, and the folio's
 *    the folio     live       frames that somebody still maps or holds
 *                  pins       pins of all of its frames
 *
 * A pmd that maps the folio counts on every frame, so that cutting the pmd into entries changes no
 * count. A frame that nobody has any more stays the folio's: it comes back with the last of them,
 * or when the folio is split (M24/6).
 */
import { hex, type Pfn } from "@forkpath/abi";
import { invariant } from "@forkpath/sync";
import { HPAGE_PMD_NR, pushFree, pushFreeRun } from "./free-list.ts";
import { allocHugeFrame } from "./huge-frames.ts";
import { type LargeFolio, type MemMap, NO_PFN } from "./mem-map.ts";
import { PageFlag } from "./page-flags.ts";

/** Is the frame one of a large folio's? @kernel folio_test_large */
export const isPageLarge = (map: MemMap, frame: number): boolean =>
  (map.flags[frame] & PageFlag.LARGE) !== 0;

/**
 * Is the frame a part of a huge page, be it a compound page or a large folio?
 * @kernel folio_test_large in include/linux/page-flags.h
 */
export const isPageHuge = (map: MemMap, frame: number): boolean =>
  (map.flags[frame] & (PageFlag.HEAD | PageFlag.TAIL | PageFlag.LARGE)) !== 0;

/**
 * The folio that the frame is one of.
 * @throws InvariantError unless it is one
 * @kernel page_folio in include/linux/page-flags.h
 */
export function largeFolioOf(map: MemMap, frame: number): LargeFolio {
  const folio = map.folios.get(frame - (frame % HPAGE_PMD_NR));
  invariant(folio !== undefined, "large-folio", `frame ${hex(frame)} is in no large folio`);
  return folio as LargeFolio;
}

/**
 * How many frames have users for the huge page at `head`, from there on: the head of a compound
 * page has those of all, the frames of a large folio have their own.
 * @modelOnly the kernel counts for the folio
 */
export const countedFrames = (map: MemMap, head: number): number =>
  isPageLarge(map, head) ? HPAGE_PMD_NR : 1;

/** Was the page used lately? A large folio is told as a whole. @kernel folio_test_referenced */
export function isPageReferenced(map: MemMap, frame: number): boolean {
  const at = isPageLarge(map, frame) ? largeFolioOf(map, frame).head : frame;
  return (map.flags[at] & PageFlag.REFERENCED) !== 0;
}

/**
 * A large folio, each of its frames with one reference; NO_PFN when no 512 aligned frames are left.
 * Can replace the columns.
 * @kernel vma_alloc_anon_folio_pmd in mm/huge_memory.c
 */
export function allocLargeFolio(map: MemMap): Pfn {
  const head = allocHugeFrame(map);
  if (head === NO_PFN) return NO_PFN;
  map.count.fill(1, head, head + HPAGE_PMD_NR);
  map.index.fill(0, head, head + HPAGE_PMD_NR);
  map.flags.fill(PageFlag.LARGE, head, head + HPAGE_PMD_NR);
  map.folios.set(head, { head, live: HPAGE_PMD_NR, pins: 0 });
  return head;
}

/**
 * The last reference to one frame of a folio is gone. With the last frame, the folio goes.
 * @kernel __folio_put in mm/swap.c
 */
export function releaseLargeFrame(map: MemMap, frame: number): void {
  const folio = largeFolioOf(map, frame);
  const isUnmapped = map.mapcount[frame] === 0;
  invariant(isUnmapped, "mapped-page-freed", `releaseLargeFrame of ${hex(frame)}`);
  map.count[frame] = 0;
  if (--folio.live > 0) return;
  const end = folio.head + HPAGE_PMD_NR;
  map.folios.delete(folio.head);
  map.mapping.fill(0, folio.head, end);
  map.flags.fill(0, folio.head, end);
  map.framesInUse -= HPAGE_PMD_NR;
  pushFreeRun(map, folio.head);
}

/**
 * Makes ordinary pages of a large folio. Frames that nobody has are free from then on.
 * @kernel __split_unmapped_folio in mm/huge_memory.c
 */
export function splitLargeFolio(map: MemMap, { head }: LargeFolio): void {
  for (let frame = head + HPAGE_PMD_NR - 1; frame >= head; frame--) {
    map.flags[frame] &= ~PageFlag.LARGE;
    if (map.count[frame] > 0) continue;
    map.mapping[frame] = 0;
    map.flags[frame] = 0;
    map.framesInUse--;
    pushFree(map, frame);
  }
  map.folios.delete(head);
}

/** What maps and holds a folio, over all of its frames. */
interface FolioUsers {
  readonly mappings: number;
  readonly references: number;
}

/** @kernel folio_large_mapcount and folio_ref_count, as do_wp_page compares them */
export function usersOfFolio(map: MemMap, { head }: LargeFolio): FolioUsers {
  let mappings = 0;
  let references = 0;
  for (let frame = head; frame < head + HPAGE_PMD_NR; frame++) {
    mappings += map.mapcount[frame];
    references += map.count[frame];
  }
  return { mappings, references };
}

/**
 * Does an entry map each frame of the folio?
 * @kernel folio_test_partially_mapped in include/linux/page-flags.h, the other way round
 */
export function isFolioMappedWhole(map: MemMap, { head }: LargeFolio): boolean {
  for (let frame: number = head; frame < head + HPAGE_PMD_NR; frame++) {
    if (map.mapcount[frame] === 0) return false;
  }
  return true;
}
