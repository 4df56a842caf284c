/** Where a scenario's places are: the mappings of a process, and the addresses of their pages. */
import { PAGE_SIZE } from "@forkpath/abi";
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
    throw new CannotRun(`${process} ${mapping} has ${total} pages, counted from 0`);
  }
  return runs.map(({ first, count }) => ({
    start: start + first * PAGE_SIZE,
    len: count * PAGE_SIZE,
  }));
}

/** Addresses of single pages. */
export const pagesOf = (world: World, place: Place): readonly number[] =>
  rangesOf(world, place).flatMap(({ start, len }) =>
    Array.from({ length: len / PAGE_SIZE }, (_, page) => start + page * PAGE_SIZE),
  );
