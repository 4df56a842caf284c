/** A machine's state on the page's side: looks pages up in the chunks that it names. */

import { PAGE_SIZE, PMD_SIZE, PTRS_PER_TABLE } from "@forkpath/abi";
import type {
  ChunkPack,
  Looks,
  MachineState,
  MapLetter,
  MapSpace,
  SpaceState,
  TaskState,
} from "../worker/protocol.ts";

/** Where a chunk is: its pages are those of the pack from `at` on. */
export interface Place {
  readonly pack: ChunkPack;
  readonly at: number;
}

/** Chunks by their numbers, for as long as a state names them. */
export class Chunks {
  private readonly places = new Map<number, Place>();
  looks: Looks = [[]];

  add(pack: ChunkPack, looks: Looks): void {
    for (const [index, id] of pack.ids.entries()) {
      this.places.set(id, { pack, at: index * PTRS_PER_TABLE });
    }
    this.looks = looks;
  }

  clear(): void {
    this.places.clear();
  }

  /** @throws RangeError for a number that was never sent */
  get(id: number): Place {
    const place = this.places.get(id);
    if (place === undefined) throw new RangeError(`chunks: there is no chunk ${id}`);
    return place;
  }

  /** The letter of most of its pages, as `ChunkPack.marks` has it. */
  markOf(id: number): number {
    const { pack, at } = this.get(id);
    return pack.marks[at / PTRS_PER_TABLE];
  }

  /** Forgets what none of `states` names, but the newest `spare`. */
  keep(states: readonly MachineState[], spare: number): void {
    if (this.places.size < spare) return;
    const named = new Set(states.flatMap(({ spaces }) => spaces.flatMap(({ chunks }) => chunks)));
    const ids = [...this.places.keys()];
    for (const id of ids.slice(0, -spare)) if (!named.has(id)) this.places.delete(id);
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

/** Where the page is; null where there is no table. */
function findPage(held: Chunks, { starts, chunks }: MapSpace, addr: number): Place | null {
  const start = Math.floor(addr / PMD_SIZE) * PMD_SIZE;
  const index = starts.indexOf(start);
  if (index < 0) return null;
  const { pack, at } = held.get(chunks[index]);
  return { pack, at: at + (addr - start) / PAGE_SIZE };
}

export function lookAtPage(held: Chunks, space: MapSpace, addr: number): PageLook {
  const found = findPage(held, space, addr);
  if (found === null) return { addr, letter: "-", frame: null, mapcount: 0, count: 0, bits: [] };
  const { pack, at } = found;
  const frame = pack.frames[at];
  return {
    addr,
    letter: String.fromCharCode(pack.letters[at]) as MapLetter,
    frame: frame < 0 ? null : frame,
    mapcount: pack.mapcounts[at],
    count: pack.counts[at],
    bits: held.looks[pack.bits[at]] ?? [],
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
      const { pack, at } = held.get(id);
      const frames = pack.frames.subarray(at, at + PTRS_PER_TABLE);
      let page = frames.indexOf(look.frame);
      for (; page >= 0; page = frames.indexOf(look.frame, page + 1)) {
        if ((pack.letters[at + page] === SWAPPED) !== isSwap) continue;
        found.push({ mm, addr: starts[index] + page * PAGE_SIZE });
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
    const { pack, at } = held.get(chunks[index]);
    const from = Math.max(0, (start - table) / PAGE_SIZE);
    const to = Math.min(PTRS_PER_TABLE, (end - table) / PAGE_SIZE);
    const first = (table - start) / PAGE_SIZE;
    columns.letters.set(pack.letters.subarray(at + from, at + to), first + from);
    columns.frames.set(pack.frames.subarray(at + from, at + to), first + from);
    for (let page = from; page < to; page++) {
      if (pack.mapcounts[at + page] >= 2) columns.shared[first + page] = 1;
    }
  }
  return columns;
}
