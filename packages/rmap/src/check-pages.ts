/**
 * Recounts what the columns cache: who maps each page, who holds it, and which frames are free.
 *
 * Slow on purpose: every frame that was ever in use is looked at.
 */
import { MACHINE, type Mismatch, tellKept } from "@forkpath/sync";
import { HPAGE_PMD_NR } from "./free-list.ts";
import { type MemMap, NO_PFN } from "./mem-map.ts";
import { MappingTag, PageFlag } from "./page-flags.ts";

/** Says a number of pages or entries for each frame. */
export type PerFrame = (pfn: number) => number;

const none: PerFrame = () => 0;

/**
 * All of the checks of this file.
 * @param mappingsOf entries that map the page, over all address spaces
 * @param otherRefsOf references that no entry accounts for: page cache, swap cache, pins
 * @modelOnly a recount
 * @example
 * ```ts
 * import { allocFrame, checkRmap, createMemMap } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * const frame = allocFrame(map); // a reference that no entry has
 * const [found] = checkRmap(map, () => 0);
 * console.log(found?.owner, found?.kept, found?.counted); // pfn 2 1 0
 * ```
 */
export function checkRmap(
  map: MemMap,
  mappingsOf: PerFrame,
  otherRefsOf: PerFrame = none,
): readonly Mismatch[] {
  return checkColumns(map, columnOf(map, mappingsOf), columnOf(map, otherRefsOf));
}

const columnOf = ({ nextFrame }: MemMap, perFrame: PerFrame): Int32Array =>
  Int32Array.from({ length: nextFrame }, (_, pfn) => perFrame(pfn));

/**
 * The same from columns, for a recount that counts into some.
 * @param mappings by frame, for all that were ever in use
 * @param otherRefs likewise
 * @modelOnly a recount
 */
export function checkColumns(
  map: MemMap,
  mappings: Int32Array,
  otherRefs: Int32Array,
): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  checkFreeList(map, wrong);
  checkFrames(map, wrong);
  countReferences(map, mappings, otherRefs, wrong);
  return wrong;
}

/**
 * Holds count and mapcount of every page against what maps and holds it (SPEC I4, I5). A reserved
 * page has one reference more, which it never loses. Other references to a tail of a huge page are
 * its pins: they stand in its mapcount, are reported as `pins`, and count for the head too (SPEC
 * §2.13/2).
 * @modelOnly a recount
 */
export function recountPages(
  map: MemMap,
  mappingsOf: PerFrame,
  otherRefsOf: PerFrame = none,
): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  countReferences(map, columnOf(map, mappingsOf), columnOf(map, otherRefsOf), wrong);
  return wrong;
}

function countReferences(
  map: MemMap,
  mapped: Int32Array,
  held: Int32Array,
  wrong: Mismatch[],
): void {
  const { nextFrame, flags, count, mapcount } = map;
  for (let pfn = 0; pfn < nextFrame; pfn++) {
    let mappings = mapped[pfn];
    let references = mappings + held[pfn];
    const kind = flags[pfn] & COUNTED_APART;
    if (kind !== 0) {
      if (kind & PageFlag.TAIL) {
        mappings = references;
        references = 0;
      }
      if (kind & PageFlag.RESERVED) references++;
      if (kind & PageFlag.HEAD) references += pinsOfTails(map, pfn);
    }
    if (mapcount[pfn] !== mappings) {
      const field = kind & PageFlag.TAIL ? "pins" : "mapcount";
      tellKept(wrong, "I4", nameOf(pfn), field, mapcount[pfn], mappings);
    }
    if (count[pfn] !== references) {
      tellKept(wrong, "I5", nameOf(pfn), "count", count[pfn], references);
    }
  }
}

/** Pages whose count is not what maps and holds them. */
const COUNTED_APART = PageFlag.TAIL | PageFlag.RESERVED | PageFlag.HEAD;

function pinsOfTails({ mapcount }: MemMap, head: number): number {
  let pins = 0;
  for (let pfn = head + 1; pfn < head + HPAGE_PMD_NR; pfn++) pins += mapcount[pfn];
  return pins;
}

/**
 * Holds the free list, the number of frames in use and the statistics against the columns.
 * @modelOnly a recount
 */
export function checkMemMap(map: MemMap): readonly Mismatch[] {
  const wrong: Mismatch[] = [];
  checkFreeList(map, wrong);
  checkFrames(map, wrong);
  return wrong;
}

function checkFreeList(map: MemMap, wrong: Mismatch[]): void {
  const { nextFrame, count, index } = map;
  let free = countFreeRuns(map) * HPAGE_PMD_NR;
  for (let pfn = map.freeHead; pfn !== NO_PFN; pfn = index[pfn]) {
    if (!(pfn < nextFrame) || count[pfn] !== 0) {
      tellKept(wrong, "pages", nameOf(pfn), "state", "on the free list", "free");
      return;
    }
    if (++free <= nextFrame) continue;
    tellKept(wrong, "pages", MACHINE, "free list", "a circle", "a list");
    return;
  }
  tellKept(wrong, "pages", MACHINE, "frames on the free list", free, nextFrame - map.framesInUse);
}

function countFreeRuns(map: MemMap): number {
  let runs = 0;
  const most = map.nextFrame / HPAGE_PMD_NR;
  for (let head = map.freeHugeHead; head !== NO_PFN && runs <= most; head = map.index[head]) runs++;
  return runs;
}

function isClearFrom({ count, mapcount, mapping, flags }: MemMap, from: number): boolean {
  let bits = 0;
  for (let pfn = from; pfn < count.length; pfn++) {
    bits |= count[pfn] | mapcount[pfn] | mapping[pfn] | flags[pfn];
  }
  return bits === 0;
}

function checkFrames(map: MemMap, wrong: Mismatch[]): void {
  const { count, mapcount, mapping, flags } = map;
  let framesInUse = 0;
  let anon = 0;
  let huge = 0;
  let file = 0;
  // Rows beyond nextFrame have to be as clear as any free page's.
  const end = isClearFrom(map, map.nextFrame) ? map.nextFrame : count.length;
  for (let pfn = 0; pfn < end; pfn++) {
    const kind = flags[pfn];
    if (count[pfn] !== 0 || kind & (PageFlag.TAIL | PageFlag.LARGE)) framesInUse++;
    else if ((mapcount[pfn] | mapping[pfn] | kind) !== 0) {
      tellKept(wrong, "pages", nameOf(pfn), "row of a free page", "in use", "clear");
    }
    // A tail's mapcount is its pins, and no statistic.
    if (mapcount[pfn] <= 0 || kind & PageFlag.TAIL) continue;
    if ((mapping[pfn] & MappingTag.ANON) === 0) file++;
    else if (kind & PageFlag.HEAD) huge++;
    else anon++;
  }
  const { nrAnonPages, nrAnonTransparentHugepages, nrFileMapped } = map.stats;
  tellKept(wrong, "pages", MACHINE, "nrAnonPages", nrAnonPages, anon);
  tellKept(wrong, "pages", MACHINE, "nrAnonTransparentHugepages", nrAnonTransparentHugepages, huge);
  tellKept(wrong, "pages", MACHINE, "nrFileMapped", nrFileMapped, file);
  tellKept(wrong, "pages", MACHINE, "framesInUse", map.framesInUse, framesInUse);
}

const nameOf = (pfn: number): string => `pfn ${pfn}`;
