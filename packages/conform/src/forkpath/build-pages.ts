/** The struct pages of a vector, each in the frame that the vector says. */
import type { VectorPage } from "@forkpath/conformance";
import { allocFrameAt, MappingTag, type MemMap, makeMapping, PageFlag } from "@forkpath/rmap";

/** Owner of every anonymous page: the vectors name none, and nothing here looks it up. */
const OWNER_ID = 1;

/**
 * Takes the frames from below, as that leaves the list of free ones untouched. A page that is not
 * anonymous has no mapping: the copy and the zap only ask whether it is.
 * @throws RangeError for a frame that is taken, or has no struct page
 */
export function buildPages(map: MemMap, pages: readonly VectorPage[]): void {
  const ascending = pages.toSorted((a, b) => Number(a.pfn) - Number(b.pfn));
  for (const page of ascending) {
    const frame = Number(page.pfn);
    if (!isReserved(map, frame)) allocFrameAt(map, frame);
    map.count[frame] = page.count;
    map.mapcount[frame] = page.mapcount;
    map.mapping[frame] = page.anon ? makeMapping(OWNER_ID, tagOf(page)) : 0;
    if (page.mapcount > 0) map.stats[page.anon ? "nrAnonPages" : "nrFileMapped"]++;
  }
}

/** The zero page is there from the start; without the special bit it is counted like any other. */
const isReserved = ({ flags }: MemMap, frame: number): boolean =>
  ((flags[frame] ?? 0) & PageFlag.RESERVED) !== 0;

const tagOf = ({ ksm }: VectorPage): MappingTag => (ksm ? MappingTag.KSM : MappingTag.ANON);
