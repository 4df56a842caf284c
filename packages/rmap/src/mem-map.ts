/**
 * struct page, one row a frame, one typed array a field (SPEC §0.5/2, §4.1).
 *
 *    frame   count  mapcount  mapping  flags  index
 *      0       1       0        NULL    RESERVED      never given out
 *      1       1       0        NULL    RESERVED      the zero page
 *      2       2       1        file 7  LRU     12    in page cache, mapped once
 *      3       0       0        NULL                  free, or beyond the columns
 *
 * All zero is a free page: that is why `mapcount` holds _mapcount + 1. Growing replaces the
 * columns, so fetch a hoisted one again after anything that can allocate a frame.
 * `map.flags[allocFrame(map)] = …` is wrong too: it fetches the column first. Frame numbers are
 * plain numbers here: in the hot loops they come straight out of the words of an entry.
 */
import { expectInteger, type Pfn, pfn as toPfn } from "@forkpath/abi";

/** Pages that are mapped at all, however often. @kernel enum zone_stat_item */
export interface PageStats {
  /** Anonymous and KSM pages. */
  nrAnonPages: number;
  /** Huge pages, each counted once. */
  nrAnonTransparentHugepages: number;
  /** Pages of files and of shared memory. */
  nrFileMapped: number;
}

/** A huge page whose frames have users of their own: see large-folio.ts. */
export interface LargeFolio {
  /** Its first frame. */
  readonly head: Pfn;
  /** Frames with a reference at least. */
  live: number;
  /** Pins by direct I/O, of whichever frames. @kernel folio->_pincount */
  pins: number;
}

/**
 * The memory of one machine: columns with a row for each frame.
 * @kernel mem_map of struct page in mm/memory.c
 */
export interface MemMap {
  /** Frames of the machine: every frame number is below this. */
  readonly pages: number;
  /** The page that read faults of anonymous memory map, with the special bit. */
  readonly zeroPfn: Pfn;
  /** Last frame that has a struct page; none above it is ever given out. */
  readonly highestMemmapPfn: number;
  /** _count: 0 is a free page. SPEC I5 says what it adds up to. */
  count: Int32Array;
  /** _mapcount + 1: how many entries map the page (SPEC I4). */
  mapcount: Int32Array;
  /** Owner and tag, see `makeMapping`; 0 is NULL. */
  mapping: Int32Array;
  /** PageFlag bits. */
  flags: Uint32Array;
  /** Page offset within the owner; in a free page, the next free frame. */
  index: Float64Array;
  /** Frames from here up were never in use. */
  nextFrame: number;
  /** The frame that was freed last, or NO_PFN: the head of a list that `index` threads. */
  freeHead: number;
  /**
   * First frame of the huge page that was freed last, or NO_PFN: the head of a second such list.
   */
  freeHugeHead: number;
  /** Frames given out and reserved. */
  framesInUse: number;
  /** How many pages are mapped. */
  readonly stats: PageStats;
  /** First of the 512 frames of the huge page of zeroes, or NO_PFN: none was wanted yet. */
  hugeZeroPfn: Pfn;
  /** Large folios, by their first frame: see large-folio.ts. */
  readonly folios: Map<number, LargeFolio>;
}

/** Where there is no frame: memory is used up, or the list of free frames ends. */
export const NO_PFN: Pfn = toPfn(-1);
/** Columns of a small machine begin with so many rows, and double up to ROWS_STEP. */
const FIRST_ROWS = 512;
/** From there on they grow to a multiple of this many rows. */
const ROWS_STEP = 65_536;
/**
 * And by at least this share of what is there, so that filling memory copies each row 8 times or
 * so.
 */
const GROWTH = 1.125;
/** Count, mapcount, mapping and flags take 4 bytes each, index takes 8. */
const ROW_BYTES = 24;

/**
 * Checks a frame number that comes from outside: the small functions of this package do not.
 * @throws RangeError or TypeError unless `pfn` is a frame with a struct page
 * @kernel pfn_valid in include/linux/mmzone.h
 */
export function expectPfn(where: string, map: MemMap, pfn: number): void {
  expectInteger(where, "pfn", pfn, 0, map.highestMemmapPfn);
}

/**
 * Makes sure that frame `pfn` has a row. Replaces the columns when they are too short.
 * @throws RangeError or TypeError unless `pfn` is a frame with a struct page
 * @modelOnly the kernel sizes mem_map once, at boot
 */
export function growMemMap(map: MemMap, pfn: number): void {
  expectPfn("growMemMap", map, pfn);
  if (pfn < map.count.length) return;
  const rows = Math.min(rowsFor(pfn + 1, map.count.length), map.highestMemmapPfn + 1);
  map.count = grown(map.count, new Int32Array(rows));
  map.mapcount = grown(map.mapcount, new Int32Array(rows));
  map.mapping = grown(map.mapping, new Int32Array(rows));
  map.flags = grown(map.flags, new Uint32Array(rows));
  map.index = grown(map.index, new Float64Array(rows));
}

/** How many rows to have, where `least` are needed, and there are `before`. */
function rowsFor(least: number, before: number): number {
  if (least <= ROWS_STEP) return Math.max(FIRST_ROWS, 2 ** Math.ceil(Math.log2(least)));
  return Math.ceil(Math.max(least, before * GROWTH) / ROWS_STEP) * ROWS_STEP;
}

/**
 * Bytes that the columns take now: 24 a row.
 * @modelOnly for the model's own bookkeeping
 */
export const memoryBytes = (map: MemMap): number => map.count.length * ROW_BYTES;

interface Column<C> {
  set(from: C): void;
}

function grown<C extends Column<C>>(from: C, into: C): C {
  into.set(from);
  return into;
}
