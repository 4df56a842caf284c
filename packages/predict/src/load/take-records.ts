/** Records of a capture, checked and staged by the range of a pte table. */
import { hex, PAGE_SIZE, PTRS_PER_TABLE, USER_END } from "@forkpath/abi";
import type { CapturedPages } from "@forkpath/procfs";
import type { Loading } from "./loading.ts";
import { placeStaged } from "./place-huge.ts";

const MOST_MAPPINGS = 2 ** 31 - 1;
const USER_PAGES = USER_END / PAGE_SIZE;

/**
 * Loads all pages.
 * @throws RangeError for a page that lies in no area, or is mapped more often than can be
 */
export function takeRecords(load: Loading, pages: CapturedPages): void {
  const { stage } = load;
  const { vpn, entryLow, entryHigh, mapcount, flagsLow, flagsHigh } = pages;
  for (let at = 0; at < pages.count && vpn[at] < USER_PAGES; at++) {
    const entry = vpn[at] % PTRS_PER_TABLE;
    const base = (vpn[at] - entry) * PAGE_SIZE;
    if (base !== stage.base) {
      placeStaged(load);
      stage.base = base;
    }
    if (mapcount[at] > MOST_MAPPINGS) throw tooOften(vpn[at], mapcount[at]);
    const to = stage.count++;
    stage.entry[to] = entry;
    stage.area[to] = areaOf(load, vpn[at] * PAGE_SIZE);
    stage.pmLow[to] = entryLow[at];
    stage.pmHigh[to] = entryHigh[at];
    stage.mapcount[to] = mapcount[at];
    stage.flagsLow[to] = flagsLow[at];
    stage.flagsHigh[to] = flagsHigh[at];
  }
}

/** Records come by address, and so do the areas. */
function areaOf(load: Loading, addr: number): number {
  const { areas } = load;
  let index = load.areaIndex;
  while (index < areas.length && areas[index].vma.end <= addr) index++;
  load.areaIndex = index;
  if (index < areas.length && areas[index].vma.start <= addr) return index;
  throw new RangeError(
    `pages: every page must lie in an area of smaps, got ${hex(addr)}: were they read at one time?`,
  );
}

const tooOften = (vpn: number, mapcount: number): RangeError =>
  new RangeError(
    `pages: mapcount must be below 2^31, got ${mapcount} for the page at ${hex(vpn * PAGE_SIZE)}`,
  );
