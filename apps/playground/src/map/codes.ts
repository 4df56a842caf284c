/**
 * What is in each cell of a map: letter, whether others map the page, whether it has changed. A map
 * may have a million cells, so that they are read where they were sent, table by table.
 */
import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type { Chunks, Place } from "../chunks/hold.ts";
import { emptyChunk, packChunks, SHARED } from "../chunks/pack.ts";
import type { MapSpace } from "../worker/protocol.ts";
import type { Grid, Segment } from "./grid.ts";
import { CHANGED } from "./sprites.ts";

/** What a map is held against, to outline what differs. */
export interface Compared {
  readonly chunks: Chunks;
  readonly space: MapSpace;
}

export interface Codes {
  /** A letter's character code with flags, for each cell of the grid. */
  readonly cells: Uint16Array;
  /** How many of them have changed. */
  readonly changed: number;
}

const NONE = "-".charCodeAt(0);

/** @param compared null for a map that is held against nothing */
export function codesOf(
  chunks: Chunks,
  space: MapSpace,
  grid: Grid,
  compared: Compared | null,
): Codes {
  const cells = new Uint16Array(grid.pages).fill(NONE);
  const now = placesOf(chunks, space);
  for (const part of partsOf(grid, now.keys())) write(cells, part, now.get(part.table) as Place);
  if (compared === null) return { cells, changed: 0 };
  const then = placesOf(compared.chunks, compared.space);
  const hasFrames = compared.chunks === chunks;
  const gone = [...then.keys()].filter((table) => !now.has(table));
  let changed = 0;
  for (const part of [...partsOf(grid, now.keys()), ...partsOf(grid, gone)]) {
    const one = now.get(part.table) ?? ABSENT;
    const other = then.get(part.table) ?? ABSENT;
    if (one !== other) changed += mark(cells, part, { one, other, hasFrames });
  }
  return { cells, changed };
}

/** By the address where the table begins. */
const placesOf = (held: Chunks, { starts, chunks }: MapSpace): ReadonlyMap<number, Place> =>
  new Map(starts.map((start, index) => [start, held.get(chunks[index])]));

/** Pages of a table that have a cell. */
interface Part {
  /** Where the table begins, in bytes. */
  readonly table: number;
  /** Pages of the table, half-open. */
  readonly from: number;
  readonly to: number;
  /** Cell of the table's first page, had it one. */
  readonly cell: number;
}

/** @param tables by rising address, as segments are */
function partsOf({ segments }: Grid, tables: Iterable<number>): Part[] {
  const parts: Part[] = [];
  let next = 0;
  for (const table of tables) {
    while (next < segments.length && endOf(segments[next]) <= table) next++;
    for (let at = next; segments[at]?.start < table + PMD_SIZE; at++) {
      parts.push(partOf(segments[at], table));
    }
  }
  return parts;
}

const endOf = ({ start, pages }: Segment): number => start + pages * PAGE_SIZE;

const partOf = (segment: Segment, table: number): Part => ({
  table,
  from: Math.max(0, (segment.start - table) / PAGE_SIZE),
  to: Math.min(PTRS_PER_TABLE, (endOf(segment) - table) / PAGE_SIZE),
  cell: segment.at + (table - segment.start) / PAGE_SIZE,
});

function write(cells: Uint16Array, { from, to, cell }: Part, { pack, at }: Place): void {
  const { letters, mapcounts } = pack;
  for (let page = from; page < to; page++) {
    cells[cell + page] = letters[at + page] | (mapcounts[at + page] >= 2 ? SHARED : 0);
  }
}

/** What stands for a table that is not there. */
const ABSENT: Place = { pack: packChunks([emptyChunk(-1)]), at: 0 };

interface Pair {
  readonly one: Place;
  readonly other: Place;
  /** Two machines have frames of their own: there only letters tell, and what is shared. */
  readonly hasFrames: boolean;
}

/** @returns how many cells it has marked as changed */
function mark(
  cells: Uint16Array,
  { from, to, cell }: Part,
  { one: { pack: now, at }, other: { pack: then, at: thenAt }, hasFrames }: Pair,
): number {
  let changed = 0;
  for (let page = from; page < to; page++) {
    const here = at + page;
    const there = thenAt + page;
    const isOther =
      now.letters[here] !== then.letters[there] ||
      (hasFrames
        ? now.frames[here] !== then.frames[there]
        : now.mapcounts[here] >= 2 !== then.mapcounts[there] >= 2);
    if (!isOther) continue;
    cells[cell + page] |= CHANGED;
    changed++;
  }
  return changed;
}
