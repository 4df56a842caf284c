/** Page maps of two moments, laid one upon the other. */
import { PAGE_SIZE } from "@forkpath/abi";
import type { EntryLetter } from "@forkpath/kernel";
import type { AreaMap } from "./machine.ts";

/** Pages that follow each other, were of one letter, and are of one letter. */
export interface MapChange {
  /** How many pages. */
  readonly pages: number;
  /** Null where there was no area. */
  readonly before: EntryLetter | null;
  /** Null where there is none any more. */
  readonly after: EntryLetter | null;
}

/** Pages of an address space from `start` on: bytes. */
interface Stretch {
  readonly letter: EntryLetter;
  readonly start: number;
  readonly end: number;
}

/**
 * The pages of [start, end), both in bytes, as the areas of two moments have them.
 * @example
 * ```ts
 * import { createKernel } from "@forkpath/kernel";
 * import { mapChanges, pictureSpace } from "@forkpath/picture";
 * const kernel = createKernel({ memoryPages: 1024 });
 * const pid = kernel.createProcess();
 * const heap = kernel.mmap(pid, { len: 4 * 4096 });
 * const look = () => pictureSpace(kernel, kernel.addressSpaces()[0]!, []).areas;
 * const before = look();
 * kernel.touch(pid, heap, "W W");
 * const changes = mapChanges(before, look(), { start: heap, end: heap + 4 * 4096 });
 * console.log(changes.map(({ pages, after }) => `${pages}${after}`).join(" ")); // 2W 2-
 * ```
 */
export function mapChanges(
  before: readonly AreaMap[],
  after: readonly AreaMap[],
  { start, end }: Pick<AreaMap, "start" | "end">,
): MapChange[] {
  const [old, now] = [stretchesOf(before), stretchesOf(after)];
  const changes: MapChange[] = [];
  let [oldAt, nowAt] = [0, 0];
  for (let at = start; at < end; ) {
    while (oldAt < old.length && old[oldAt].end <= at) oldAt++;
    while (nowAt < now.length && now[nowAt].end <= at) nowAt++;
    const [left, right] = [lookAt(old[oldAt], at), lookAt(now[nowAt], at)];
    const next = Math.min(left.until, right.until, end);
    changes.push({
      pages: (next - at) / PAGE_SIZE,
      before: left.letter,
      after: right.letter,
    });
    at = next;
  }
  return joined(changes);
}

/** By rising address; what is mapped nowhere is in none. */
function stretchesOf(areas: readonly AreaMap[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const area of areas) {
    let at = area.start;
    for (const { letter, pages } of area.runs) {
      const end = at + pages * PAGE_SIZE;
      stretches.push({ letter, start: at, end });
      at = end;
    }
  }
  return stretches;
}

/** The letter at an address, and where it ends. */
function lookAt(
  stretch: Stretch | undefined,
  at: number,
): { letter: EntryLetter | null; until: number } {
  if (stretch === undefined) return { letter: null, until: Number.POSITIVE_INFINITY };
  if (stretch.start > at) return { letter: null, until: stretch.start };
  return { letter: stretch.letter, until: stretch.end };
}

/** Neighbours that changed alike are one: areas end in between. */
function joined(changes: readonly MapChange[]): MapChange[] {
  const joint: MapChange[] = [];
  for (const change of changes) {
    const last = joint.at(-1);
    if (last?.before === change.before && last.after === change.after) {
      joint[joint.length - 1] = { ...last, pages: last.pages + change.pages };
    } else {
      joint.push(change);
    }
  }
  return joint;
}
