/**
 * Which frames are free: a list of the freed ones, and beyond it those never used (SPEC §4.1/1).
 *
 *    reserved   in use / on the free list        never used        no struct page
 *    [0 .. zero page ............... ][nextFrame ........ highestMemmapPfn][ ... pages)
 *
 * The frame freed last is given out first, as the kernel's per-CPU lists do, so a run depends on
 * nothing but its history. Who wants a frame asks the allocation gate first: only the caller knows
 * what it is for.
 */
import { expectInteger, hex, type Pfn, pfn } from "@forkpath/abi";
import { InvariantError } from "@forkpath/sync";
import { popFree, pushFree, unlinkFree } from "./free-list.ts";
import { expectPfn, growMemMap, type MemMap, NO_PFN } from "./mem-map.ts";
import { PageFlag } from "./page-flags.ts";

/** The size of a machine's memory. */
export interface MemMapOptions {
  /** Frames of the machine, at least 2. */
  readonly pages: number;
  /** By default 1. */
  readonly zeroPfn?: number;
  /** By default the last frame. */
  readonly highestMemmapPfn?: number;
}

/** Frame numbers fit 31 bits, so that two's complement never gets in the way. */
const MAX_PAGES = 2 ** 31;

/**
 * A machine whose frames are all free, except for frame 0 and the zero page.
 * @throws RangeError or TypeError for fewer than 2 pages, or a zero page or last struct page
 *   that lies outside of them
 * @kernel free_area_init_node in mm/page_alloc.c
 * @deviates one zone on one node, without holes
 * @example
 * ```ts
 * import { createMemMap, nrFreePages } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * console.log(nrFreePages(map)); // 1022
 * ```
 */
export function createMemMap(options: MemMapOptions): MemMap {
  const { pages } = options;
  expectInteger("createMemMap", "pages", pages, 2, MAX_PAGES);
  const highestMemmapPfn = options.highestMemmapPfn ?? pages - 1;
  expectInteger("createMemMap", "highestMemmapPfn", highestMemmapPfn, 1, pages - 1);
  const zeroPfn = options.zeroPfn ?? 1;
  expectInteger("createMemMap", "zeroPfn", zeroPfn, 1, highestMemmapPfn);
  const map: MemMap = {
    pages,
    zeroPfn: pfn(zeroPfn),
    highestMemmapPfn,
    count: new Int32Array(0),
    mapcount: new Int32Array(0),
    mapping: new Int32Array(0),
    flags: new Uint32Array(0),
    index: new Float64Array(0),
    nextFrame: 0,
    freeHead: NO_PFN,
    freeHugeHead: NO_PFN,
    framesInUse: 0,
    stats: { nrAnonPages: 0, nrAnonTransparentHugepages: 0, nrFileMapped: 0 },
    hugeZeroPfn: NO_PFN,
    folios: new Map(),
  };
  for (const reserved of [0, zeroPfn]) {
    allocFrameAt(map, reserved);
    map.flags[reserved] = PageFlag.RESERVED;
  }
  return map;
}

/**
 * A free frame, now with count 1 and the rest of its row clear, or NO_PFN when none is left.
 * Can replace the columns: fetch hoisted ones again.
 * @kernel __alloc_pages_nodemask in mm/page_alloc.c
 * @deviates never reclaims; breaks a free huge page up only when no other frame is left
 * @example
 * ```ts
 * import { allocFrame, createMemMap } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * console.log(allocFrame(map), allocFrame(map)); // 2 3
 * ```
 */
export function allocFrame(map: MemMap): Pfn {
  let frame = map.freeHead;
  if (frame !== NO_PFN) {
    map.freeHead = map.index[frame];
  } else if (map.nextFrame <= map.highestMemmapPfn) {
    if (map.nextFrame >= map.count.length) growMemMap(map, map.nextFrame);
    frame = map.nextFrame++;
  } else {
    frame = popFree(map);
    if (frame === NO_PFN) return NO_PFN;
  }
  return claim(map, frame);
}

/**
 * Takes one particular frame, to build a given state. Costs a walk of the free list, and can
 * replace the columns.
 * @throws RangeError or TypeError unless `frame` has a struct page and is free
 * @modelOnly the kernel's allocator picks the frame
 */
export function allocFrameAt(map: MemMap, frame: number): Pfn {
  expectPfn("allocFrameAt", map, frame);
  growMemMap(map, frame);
  if (map.count[frame] !== 0 || map.flags[frame] & (PageFlag.TAIL | PageFlag.LARGE)) {
    throw new RangeError(`allocFrameAt: pfn must be free, got ${hex(frame)}, in use`);
  }
  if (frame < map.nextFrame) {
    unlinkFree(map, frame);
  } else {
    // From above, so that the lowest of the frames that are skipped is given out first.
    for (let skipped = frame - 1; skipped >= map.nextFrame; skipped--) pushFree(map, skipped);
    map.nextFrame = frame + 1;
  }
  return claim(map, frame);
}

/**
 * Gives a frame back: its last reference is gone.
 * @throws InvariantError for a frame that is free already, reserved, or still mapped
 * @kernel __free_page in include/linux/gfp.h
 */
export function freeFrame(map: MemMap, frame: number): void {
  if (!(map.count[frame] > 0)) throw usesFreePage("freeFrame", frame);
  if (map.flags[frame] & PageFlag.RESERVED) {
    throw new InvariantError("reserved-page-freed", `freeFrame of ${hex(frame)}`);
  }
  if (map.mapcount[frame] !== 0) {
    throw new InvariantError(
      "mapped-page-freed",
      `freeFrame of ${hex(frame)}, which ${map.mapcount[frame]} entries still map`,
    );
  }
  map.count[frame] = 0;
  map.mapping[frame] = 0;
  map.flags[frame] = 0;
  map.framesInUse--;
  pushFree(map, frame);
}

/**
 * Frames that could still be given out.
 * @kernel nr_free_pages in include/linux/swap.h
 */
export const nrFreePages = (map: MemMap): number => map.highestMemmapPfn + 1 - map.framesInUse;

/**
 * What to throw when a free page is used.
 * @modelOnly the kernel would corrupt memory silently
 */
export const usesFreePage = (where: string, frame: number): InvariantError =>
  new InvariantError("free-page-used", `${where} of ${hex(frame)}, which is free`);

function claim(map: MemMap, frame: number): Pfn {
  map.count[frame] = 1;
  map.index[frame] = 0;
  map.framesInUse++;
  return pfn(frame);
}
