/**
 * Several processes together: what they hold, and what the sum of their RSS counts more than once.
 *
 *    sum of RSS = memory that they hold + what is counted again
 *
 * With frames the memory is counted frame by frame. Without, the sum of PSS stands in: it is less
 * where others map the same pages too.
 */
import { KB_PER_PAGE } from "@forkpath/abi";
import { type Capture, PagemapHigh, pagemapFrame } from "@forkpath/procfs";
import { explainProcess, type Figures, type ProcessExplained, sumOf } from "./explain-process.ts";

export interface FamilyExplained {
  readonly members: readonly ProcessExplained[];
  readonly sum: Figures;
  /** kB of frames that at least one member maps; null where frames are hidden. */
  readonly held: number | null;
  /** Of those, kB that no other process maps; null likewise. */
  readonly own: number | null;
  /** kB that the sum of RSS counts again. */
  readonly again: number;
}

/** A frame and its mapcount in one number, to be sorted: the mapcount has 12 bits. */
const FRAME_UNIT = 2 ** 12;

/** Null for a member whose areas cannot be read: its figures would be missing in every sum. */
export function explainFamily(captures: readonly Capture[]): FamilyExplained | null {
  const members = captures.map(explainProcess);
  const figures = members.map(({ total }) => total);
  if (figures.includes(null)) return null;
  const sum = sumOf(figures.filter((one) => one !== null));
  const frames = members.every(({ sharing }) => sharing !== null) ? countFrames(captures) : null;
  const held = frames?.held ?? null;
  return { members, sum, held, own: frames?.own ?? null, again: sum.rss - (held ?? sum.pss) };
}

/** kB, each frame once. */
function countFrames(captures: readonly Capture[]): { held: number; own: number } {
  const keys = keysOf(captures).sort();
  let held = 0;
  let own = 0;
  for (let at = 0; at < keys.length; ) {
    const frame = Math.floor(keys[at] / FRAME_UNIT);
    const mapcount = keys[at] % FRAME_UNIT;
    const first = at;
    while (at < keys.length && Math.floor(keys[at] / FRAME_UNIT) === frame) at++;
    held++;
    if (at - first >= mapcount) own++;
  }
  return { held: held * KB_PER_PAGE, own: own * KB_PER_PAGE };
}

/** One for each mapping of a frame. Those that are mapped 0 times are the kernel's own. */
function keysOf(captures: readonly Capture[]): Float64Array {
  const most = captures.reduce((sum, { pages }) => sum + (pages?.count ?? 0), 0);
  const keys = new Float64Array(most);
  let count = 0;
  for (const { pages } of captures) {
    for (let index = 0; index < (pages?.count ?? 0); index++) {
      const { entryLow, entryHigh, mapcount } = pages!;
      if ((entryHigh[index] & PagemapHigh.PRESENT) === 0 || mapcount[index] === 0) continue;
      const frame = pagemapFrame(entryLow[index], entryHigh[index]);
      keys[count++] = frame * FRAME_UNIT + Math.min(mapcount[index], FRAME_UNIT - 1);
    }
  }
  return keys.subarray(0, count);
}
