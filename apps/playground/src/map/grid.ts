/** Where the cells of a page map are: how large, how many in a row, and which page each one is. */
import { PAGE_SIZE, PMD_SIZE } from "@forkpath/abi";
import type { Chunks } from "../chunks/hold.ts";
import type { MapArea, MapSpace } from "../worker/protocol.ts";

/** CSS pixels, largest first. */
const CELLS = [20, 16, 12, 8, 6, 5, 4, 3, 2, 1];
const COLUMNS_STEP = 16;
/** A map that is taller than this part of the window takes smaller cells. */
const PART_OF_WINDOW = 0.42;
const LEAST_HEIGHT = 200; // CSS pixels
const mostHeight = (): number =>
  Math.max(LEAST_HEIGHT, PART_OF_WINDOW * (globalThis.innerHeight ?? 0));
/** Larger areas show those tables only that have an entry. */
const MOST_WHOLE_PAGES = 65_536;

/** Pages that follow each other, and the cell of the first. */
export interface Segment {
  /** Bytes. */
  readonly start: number;
  readonly pages: number;
  readonly at: number;
}

export interface Grid {
  readonly segments: readonly Segment[];
  /** Cells, all together. */
  readonly pages: number;
  /** Pages that have no cell: their tables have no entry. */
  readonly left: number;
  /** CSS pixels. */
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
}

/** What a map shows, and where. */
export interface LaidOut {
  readonly chunks: Chunks;
  readonly space: MapSpace;
  readonly grid: Grid;
}

/** @param width CSS pixels that there are */
export function makeGrid(area: MapArea, space: MapSpace, width: number): Grid {
  const segments = segmentsOf(area, space);
  const pages = segments.reduce((sum, segment) => sum + segment.pages, 0);
  const whole = (area.end - area.start) / PAGE_SIZE;
  return { segments, pages, left: whole - pages, ...fit(pages, width) };
}

export function fit(
  pages: number,
  width: number,
  height: number = mostHeight(),
): Pick<Grid, "cell" | "columns" | "rows"> {
  for (const cell of CELLS) {
    const columns = Math.floor(width / cell / COLUMNS_STEP) * COLUMNS_STEP;
    if (columns === 0) continue;
    const rows = Math.ceil(pages / columns);
    if (rows * cell <= height || cell === 1) return { cell, columns, rows };
  }
  return { cell: 1, columns: COLUMNS_STEP, rows: Math.ceil(pages / COLUMNS_STEP) };
}

/** Whether the map has to be scrolled: its cells are as small as can be, and still too many. */
export const isTall = ({ rows, cell }: Grid): boolean => cell === 1 && rows > mostHeight();

function segmentsOf({ start, end }: MapArea, { starts }: MapSpace): Segment[] {
  const whole = (end - start) / PAGE_SIZE;
  if (whole <= MOST_WHOLE_PAGES) return [{ start, pages: whole, at: 0 }];
  const segments: { start: number; pages: number; at: number }[] = [];
  let at = 0;
  for (const table of starts) {
    const from = Math.max(table, start);
    const to = Math.min(table + PMD_SIZE, end);
    if (from >= to) continue;
    const pages = (to - from) / PAGE_SIZE;
    const last = segments.at(-1);
    if (last !== undefined && last.start + last.pages * PAGE_SIZE === from) last.pages += pages;
    else segments.push({ start: from, pages, at });
    at += pages;
  }
  return segments;
}

/** The address of a cell. Requires the grid to have it. */
export function addrOf({ segments }: Grid, cell: number): number {
  const segment = segments.findLast(({ at }) => at <= cell) as Segment;
  return segment.start + (cell - segment.at) * PAGE_SIZE;
}

/** The cell of an address; -1 where it has none. */
export function cellOf({ segments }: Grid, addr: number): number {
  const segment = segments.find(
    ({ start, pages }) => addr >= start && addr < start + pages * PAGE_SIZE,
  );
  return segment === undefined ? -1 : segment.at + (addr - segment.start) / PAGE_SIZE;
}
