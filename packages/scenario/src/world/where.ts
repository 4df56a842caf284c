/** Where a scenario's places are: the mappings of a process, and the addresses of their pages. */
import { PAGE_SIZE } from "@forkpath/abi";
import { tooFewPages } from "../format/known.ts";
import type { Place } from "../format/place.ts";
import { selectPages } from "../format/selection.ts";
import { CannotRun } from "./cannot-run.ts";
import { findProcess } from "./who.ts";
import type { LiveMapping, LiveProcess, World } from "./world.ts";

/** @throws CannotRun when the process has no mapping of that name */
export function findMapping({ name, space }: LiveProcess, mapping: string | null): LiveMapping {
  const found = mapping === null ? undefined : space.mappings.get(mapping);
  if (found === undefined) throw new CannotRun(`${name} has no mapping ${mapping}`);
  return found;
}

/** Bytes [start, start + len). */
export interface Range {
  readonly start: number;
  readonly len: number;
}

/**
 * Where a place is, in runs of pages that belong together.
 * @throws CannotRun when a name means nothing, or the mapping has no such page
 */
export function rangesOf(world: World, { process, mapping, pages }: Place): readonly Range[] {
  const { start, pages: total } = findMapping(findProcess(world, process), mapping);
  const runs = selectPages(pages, total);
  if (runs === undefined) {
    throw new CannotRun(tooFewPages(process, mapping, total));
  }
  return runs.map(({ first, count }) => ({
    start: start + first * PAGE_SIZE,
    len: count * PAGE_SIZE,
  }));
}

/** Pages that can be looked at one by one. */
const MOST_SINGLE_PAGES = 2 ** 20;

/** @throws CannotRun for more pages than can be looked at one by one */
export function expectFew(bytes: number): void {
  const pages = bytes / PAGE_SIZE;
  if (pages <= MOST_SINGLE_PAGES) return;
  throw new CannotRun(`these are ${pages} pages, and at most ${MOST_SINGLE_PAGES} can be shown`);
}

/** Addresses of single pages. @throws CannotRun as `rangesOf` does, and for too many of them */
export function pagesOf(world: World, place: Place): readonly number[] {
  const ranges = rangesOf(world, place);
  expectFew(ranges.reduce((sum, { len }) => sum + len, 0));
  return ranges.flatMap(({ start, len }) =>
    Array.from({ length: len / PAGE_SIZE }, (_, page) => start + page * PAGE_SIZE),
  );
}
