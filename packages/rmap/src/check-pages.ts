/**
 * Recounts what the columns cache: who maps each page, who holds it, and which frames are free.
 *
 * Slow on purpose: every frame that was ever in use is looked at.
 */
import { compareKept, MACHINE, type Mismatch } from "@forkpath/sync";
import { HPAGE_PMD_NR } from "./free-list.ts";
import { type MemMap, NO_PFN, type PageStats } from "./mem-map.ts";
import { PageFlag } from "./page-flags.ts";
import { isPageAnon } from "./rmap.ts";

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
  return [...checkMemMap(map), ...recountPages(map, mappingsOf, otherRefsOf)];
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
  const { nextFrame, flags, count, mapcount } = map;
  const wrong: Mismatch[] = [];
  for (let pfn = 0; pfn < nextFrame; pfn++) {
    const isTail = (flags[pfn] & PageFlag.TAIL) !== 0;
    const others = otherRefsOf(pfn);
    const mappings = mappingsOf(pfn) + (isTail ? others : 0);
    let references = isTail ? 0 : mappings + others;
    if (flags[pfn] & PageFlag.RESERVED) references++;
    if (flags[pfn] & PageFlag.HEAD) references += pinsOfTails(map, pfn);
    if (mapcount[pfn] !== mappings) {
      const field = isTail ? "pins" : "mapcount";
      wrong.push(...compareKept("I4", nameOf(pfn), field, mapcount[pfn], mappings));
    }
    if (count[pfn] !== references) {
      wrong.push(...compareKept("I5", nameOf(pfn), "count", count[pfn], references));
    }
  }
  return wrong;
}

function pinsOfTails({ mapcount }: MemMap, head: number): number {
  return mapcount.subarray(head + 1, head + HPAGE_PMD_NR).reduce((sum, pins) => sum + pins, 0);
}

/**
 * Holds the free list, the number of frames in use and the statistics against the columns.
 * @modelOnly a recount
 */
export function checkMemMap(map: MemMap): readonly Mismatch[] {
  return [...checkFreeList(map), ...checkFrames(map)];
}

function checkFreeList(map: MemMap): readonly Mismatch[] {
  let free = countFreeRuns(map) * HPAGE_PMD_NR;
  for (let pfn = map.freeHead; pfn !== NO_PFN; pfn = map.index[pfn]) {
    if (!(pfn < map.nextFrame) || map.count[pfn] !== 0) {
      return compareKept("pages", nameOf(pfn), "state", "on the free list", "free");
    }
    if (++free > map.nextFrame)
      return compareKept("pages", MACHINE, "free list", "a circle", "a list");
  }
  const others = map.nextFrame - map.framesInUse;
  return compareKept("pages", MACHINE, "frames on the free list", free, others);
}

function countFreeRuns(map: MemMap): number {
  let runs = 0;
  const most = map.nextFrame / HPAGE_PMD_NR;
  for (let head = map.freeHugeHead; head !== NO_PFN && runs <= most; head = map.index[head]) runs++;
  return runs;
}

function checkFrames(map: MemMap): readonly Mismatch[] {
  const { count, mapcount, mapping, flags } = map;
  const wrong: Mismatch[] = [];
  const counted = { nrAnonPages: 0, nrAnonTransparentHugepages: 0, nrFileMapped: 0 };
  let framesInUse = 0;
  // Rows beyond nextFrame too: they have to be as clear as any free page's.
  for (let pfn = 0; pfn < count.length; pfn++) {
    if (count[pfn] !== 0 || flags[pfn] & (PageFlag.TAIL | PageFlag.LARGE)) framesInUse++;
    else if ((mapcount[pfn] | mapping[pfn] | flags[pfn]) !== 0) {
      wrong.push(...compareKept("pages", nameOf(pfn), "row of a free page", "in use", "clear"));
    }
    // A tail's mapcount is its pins, and no statistic.
    if (mapcount[pfn] > 0 && !(flags[pfn] & PageFlag.TAIL)) counted[statisticOf(map, pfn)]++;
  }
  return [
    ...wrong,
    ...STATISTICS.flatMap((name) =>
      compareKept("pages", MACHINE, name, map.stats[name], counted[name]),
    ),
    ...compareKept("pages", MACHINE, "framesInUse", map.framesInUse, framesInUse),
  ];
}

const STATISTICS: readonly (keyof PageStats)[] = [
  "nrAnonPages",
  "nrAnonTransparentHugepages",
  "nrFileMapped",
];

function statisticOf(map: MemMap, pfn: number): keyof PageStats {
  if (!isPageAnon(map, pfn)) return "nrFileMapped";
  return map.flags[pfn] & PageFlag.HEAD ? "nrAnonTransparentHugepages" : "nrAnonPages";
}

const nameOf = (pfn: number): string => `pfn ${pfn}`;
