/**
 * A machine as chunks, on the worker's side: a table that is as it was when it was last sent has
 * the number that it had.
 */
import { PTRS_PER_TABLE } from "@forkpath/abi";
import {
  type AddressSpaceView,
  createTableWatch,
  type Kernel,
  type TableView,
  type TableWatch,
  type WatchedTable,
} from "@forkpath/kernel";
import { pteFlagNames } from "@forkpath/page-table";
import { type MemoryPicture, pictureMachine, pictureSpace } from "@forkpath/picture";
import type { NamedProcess } from "@forkpath/scenario";
import type { Chunk, ChunkPack, MachineState, SpaceState } from "../worker/protocol.ts";
import { countWords } from "./count-words.ts";
import { packChunks } from "./pack.ts";

const MOST_COUNT = 0xffff;

/** Numbers chunks and looks for as long as one history is on the page. */
export class Encoder {
  /** Words for the bits of entries: `Chunk.bits` counts in here. */
  readonly looks: (readonly string[])[] = [[]];
  private readonly lookOf = new Map<string, number>([["", 0]]);
  /** Numbers of chunks, by table, and how often that had changed when they were sent. */
  private readonly sent = new Map<string, { readonly id: number; readonly changes: number }>();
  private fresh: Chunk[] = [];
  private nextId: number;
  private machine: Kernel | null = null;
  private watch: TableWatch | null = null;

  /** @param firstId of its chunks; several encoders of one page count in ranges of their own */
  constructor(firstId = 0) {
    this.nextId = firstId;
  }

  /** Chunks that were not sent yet. */
  takeFresh(): ChunkPack {
    const pack = packChunks(this.fresh);
    this.fresh = [];
    return pack;
  }

  /** @param later names that the machine will have, for memory that is still being made */
  encode(
    kernel: Kernel,
    names: readonly NamedProcess[],
    later: MachineNames = { mmOf: new Map(), names: [] },
  ): MachineState {
    const { totals, tasks } = pictureMachine(kernel, names);
    const memories = new Map<string, MemoryPicture>();
    for (const { memory } of tasks) if (memory !== null) memories.set(memory.mm, memory);
    const spaces = [...memories.values()].map((memory) => this.space(kernel, memory, false));
    for (const space of kernel.addressSpaces()) {
      const { name } = space.memory;
      if (memories.has(name) || !space.isBeingMade) continue;
      spaces.push(this.unborn(kernel, space, later));
    }
    return {
      totals,
      tasks: tasks.map(({ name, pid, state, ppid, memory }) => ({
        name,
        pid,
        state,
        ppid,
        mm: memory?.mm ?? null,
      })),
      spaces,
    };
  }

  private unborn(kernel: Kernel, space: AddressSpaceView, later: MachineNames): SpaceState {
    const owner = later.mmOf.get(space.memory.name);
    const mappings = later.names.find(({ name }) => name === owner)?.mappings ?? [];
    return this.space(kernel, pictureSpace(kernel, space, mappings), true);
  }

  private space(kernel: Kernel, memory: MemoryPicture, isBeingMade: boolean): SpaceState {
    const { mm, status, rss, sums } = memory;
    const tables = this.watchOf(kernel).look(mm);
    const words = countWords(
      memory.areas,
      tables.map(({ view }) => view),
    );
    return {
      mm,
      isBeingMade,
      status,
      rss,
      sums,
      areas: memory.areas.map(({ start, end, permissions, name, mappings, sums: own }, index) => ({
        start,
        end,
        permissions,
        name,
        mappings,
        sums: own,
        words: words[index],
      })),
      starts: tables.map(({ view }) => view.start),
      chunks: tables.map((table) => this.chunk(mm, table)),
    };
  }

  /** A history runs on one machine; a walk into a step, on another that is alike. */
  private watchOf(kernel: Kernel): TableWatch {
    this.machine = kernel;
    this.watch ??= createTableWatch({ tables: (mm) => this.machine?.tables(mm) ?? [] });
    return this.watch;
  }

  private chunk(mm: string, { view, changes }: WatchedTable): number {
    const key = `${mm} ${view.start}`;
    const before = this.sent.get(key);
    if (before?.changes === changes) return before.id;
    const chunk: Chunk = {
      id: this.nextId++,
      letters: view.letters,
      frames: view.frames,
      mapcounts: clamped(view.mapcounts),
      counts: clamped(view.counts),
      bits: this.bits(view),
    };
    this.sent.set(key, { id: chunk.id, changes });
    this.fresh.push(chunk);
    return chunk.id;
  }

  private bits({ letters, low, high }: TableView): Uint8Array {
    const bits = new Uint8Array(PTRS_PER_TABLE);
    let last = 0;
    for (let page = 0; page < PTRS_PER_TABLE; page++) {
      if (low[page] === 0 && high[page] === 0) continue;
      const isLast =
        page > 0 && isLike(low, high, page, page - 1) && letters[page] === letters[page - 1];
      if (!isLast) last = this.look(pteFlagNames(low[page], high[page]));
      bits[page] = last;
    }
    return bits;
  }

  private look(names: readonly string[]): number {
    const key = names.join(" ");
    const known = this.lookOf.get(key);
    if (known !== undefined) return known;
    this.lookOf.set(key, this.looks.length);
    this.looks.push(names);
    return this.looks.length - 1;
  }
}

/** Names that tasks have after the step, and their address spaces. */
export interface MachineNames {
  readonly mmOf: ReadonlyMap<string, string>;
  readonly names: readonly NamedProcess[];
}

/** Everything below and above the frame's number. */
const BITS_OF_LOW = 0xfff;
const BITS_OF_HIGH = 0xfff00000;

const isLike = (low: Uint32Array, high: Uint32Array, a: number, b: number): boolean =>
  ((low[a] ^ low[b]) & BITS_OF_LOW) === 0 && ((high[a] ^ high[b]) & BITS_OF_HIGH) === 0;

const clamped = (counts: Int32Array): Uint16Array =>
  Uint16Array.from(counts, (count) => Math.min(Math.max(count, 0), MOST_COUNT));
