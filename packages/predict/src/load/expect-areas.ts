/** Areas that cannot be: checked before anything is made as large as they say. */
import { hex, USER_END } from "@forkpath/abi";
import type { CapturedArea, CapturedProcess } from "../types.ts";
import { isOfUser } from "./load-areas.ts";

/** kB by which smaps may go beyond status: they are read one after the other. */
const SLACK_KB = 2 ** 20;

/** @throws RangeError for the first area that says what cannot be */
export function expectAreas({ areas, status }: CapturedProcess): void {
  let rss = 0;
  for (const area of (areas ?? []).filter(isOfUser)) {
    expectWithin(area);
    rss += area.rows.Rss ?? 0;
  }
  const { VmRSS = rss } = status;
  if (rss > 2 * VmRSS + SLACK_KB) {
    throw new RangeError(
      `smaps: Rss must come to the ${VmRSS} kB that status has, got ${rss} kB: read at one time?`,
    );
  }
}

function expectWithin({ start, end, rows }: CapturedArea): void {
  const place = `of the area at ${hex(start)}`;
  if (end > USER_END) {
    throw new RangeError(`smaps: the end ${place} must be below 0x800000000000, got ${hex(end)}`);
  }
  const size = (end - start) / 1024;
  for (const label of ["Rss", "Anonymous", "Shared_Hugetlb", "Private_Hugetlb"]) {
    const kb = rows[label] ?? 0;
    if (kb <= size) continue;
    throw new RangeError(`smaps: ${label} ${place} must be at most its ${size} kB, got ${kb} kB`);
  }
}
