/** A machine's state on the page's side: looks pages up in the chunks that it names. */

import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type {
  Chunk,
  Looks,
  MachineState,
  MapLetter,
  MapSpace,
  SpaceState,
  TaskState,
} from "../worker/protocol.ts";

/** Chunks by their numbers, for as long as a state names them. */
export class Chunks {
  private readonly chunks = new Map<number, Chunk>();
  looks: Looks = [[]];

  add(chunks: readonly Chunk[], looks: Looks): void {
    for (const chunk of chunks) this.chunks.set(chunk.id, chunk);
    this.looks = looks;
  }

  clear(): void {
    this.chunks.clear();
  }

  /** @throws RangeError for a number that was never sent */
  get(id: number): Chunk {
    const chunk = this.chunks.get(id);
    if (chunk === undefined) throw new RangeError(`chunks: there is no chunk ${id}`);
    return chunk;
  }

  /** Forgets what none of `states` names, but the newest `spare`. */
  keep(states: readonly MachineState[], spare: number): void {
    if (this.chunks.size < spare) return;
    const named = new Set(states.flatMap(({ spaces }) => spaces.flatMap(({ chunks }) => chunks)));
    const ids = [...this.chunks.keys()];
    for (const id of ids.slice(0, -spare)) if (!named.has(id)) this.chunks.delete(id);
  }
}

/** What one entry says. */
export interface PageLook {
  readonly addr: number;
  readonly letter: MapLetter;
  /** Frame, or slot of a swapped page; null for none. */
  readonly frame: number | null;
  readonly mapcount: number;
  readonly count: number;
  readonly bits: readonly string[];
}

export const spaceOf = (state: MachineState, mm: string | null): SpaceState | undefined =>
  state.spaces.find((space) => space.mm === mm);

export const taskNamed = (state: MachineState, name: string): TaskState | undefined =>
  state.tasks.find((task) => task.name === name);

/** Which chunk has the page, and where; null where there is no table. */
function findCell(
  held: Chunks,
  { starts, chunks }: MapSpace,
  addr: number,
): { readonly chunk: Chunk; readonly cell: number } | null {
  const start = Math.floor(addr / PMD_SIZE) * PMD_SIZE;
  const index = starts.indexOf(start);
  if (index < 0) return null;
  return { chunk: held.get(chunks[index]), cell: (addr - start) / PAGE_SIZE };
}

export function lookAtPage(held: Chunks, space: MapSpace, addr: number): PageLook {
  const found = findCell(held, space, addr);
  if (found === null) return { addr, letter: "-", frame: null, mapcount: 0, count: 0, bits: [] };
  const { chunk, cell } = found;
  const frame = chunk.frames[cell];
  return {
    addr,
    letter: String.fromCharCode(chunk.letters[cell]) as MapLetter,
    frame: frame < 0 ? null : frame,
    mapcount: chunk.mapcounts[cell],
    count: chunk.counts[cell],
    bits: held.looks[chunk.bits[cell]] ?? [],
  };
}

export interface Sharer {
  readonly mm: string;
  readonly addr: number;
}

/** Every entry that leads to the same frame, or the same slot, itself included. */
export function sharersOf(
  held: Chunks,
  state: { readonly spaces: readonly MapSpace[] },
  look: PageLook,
): Sharer[] {
  if (look.frame === null) return [];
  const isSwap = look.letter === "s";
  const found: Sharer[] = [];
  for (const { mm, starts, chunks } of state.spaces) {
    for (const [index, id] of chunks.entries()) {
      const { frames, letters } = held.get(id);
      for (let at = frames.indexOf(look.frame); at >= 0; at = frames.indexOf(look.frame, at + 1)) {
        if ((letters[at] === SWAPPED) !== isSwap) continue;
        found.push({ mm, addr: starts[index] + at * PAGE_SIZE });
      }
    }
  }
  return found;
}

const SWAPPED = "s".charCodeAt(0);
const NONE = "-".charCodeAt(0);

/** Letters and whether others map each page, of `pages` pages from `start` on. */
export interface Columns {
  readonly letters: Uint8Array;
  /** 1 where another entry maps the frame too. */
  readonly shared: Uint8Array;
  readonly frames: Int32Array;
}

export function columnsOf(
  held: Chunks,
  { starts, chunks }: MapSpace,
  start: number,
  pages: number,
): Columns {
  const columns = {
    letters: new Uint8Array(pages).fill(NONE),
    shared: new Uint8Array(pages),
    frames: new Int32Array(pages).fill(-1),
  };
  const end = start + pages * PAGE_SIZE;
  for (const [index, table] of starts.entries()) {
    if (table + PMD_SIZE <= start || table >= end) continue;
    const chunk = held.get(chunks[index]);
    const from = Math.max(0, (start - table) / PAGE_SIZE);
    const to = Math.min(PTRS_PER_TABLE, (end - table) / PAGE_SIZE);
    const at = (table - start) / PAGE_SIZE + from;
    columns.letters.set(chunk.letters.subarray(from, to), at);
    columns.frames.set(chunk.frames.subarray(from, to), at);
    for (let cell = from; cell < to; cell++) {
      if (chunk.mapcounts[cell] >= 2) columns.shared[at + cell - from] = 1;
    }
  }
  return columns;
}
