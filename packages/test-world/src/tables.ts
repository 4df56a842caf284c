/**
 * One page table each for parent and child, drawn entry by entry with the letters of letters.ts:
 * for what copies or unmaps entries, and may find any of them.
 *
 *    const world = draw("W s");                    the parent's; the child's is empty
 *    run(copyPageRange(...));
 *    show(world)                                   { parent: "r s", child: "rc' s", rss: ... }
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import type { CopyVma, MmEnv, MmStruct } from "@forkpath/mm";
import {
  allocPteCell,
  Pte,
  PteHigh,
  pgoffToPteHigh,
  pgoffToPteLow,
  setPte,
} from "@forkpath/page-table";
import { allocFrame, MappingTag, makeMapping } from "@forkpath/rmap";
import { pokeSlot, SwpType, swpPteHigh, swpPteLow } from "@forkpath/swap";
import { showEntries, showRefs, showRss } from "./letters.ts";
import { addSpace, createMachine, PRIVATE, run, START } from "./machine.ts";

/** Frame that migration and hwpoison entries name; nothing looks at it. */
const AWAY = 77;
const { DIRTY, RW, SPECIAL, ACCESSED } = Pte;
/** What a picture's letter stands for, before RW and SPECIAL. */
const MAPPED: number = Pte.PRESENT | Pte.USER | ACCESSED | DIRTY;

export interface World {
  readonly env: MmEnv;
  readonly src: MmStruct;
  readonly dst: MmStruct;
  readonly vma: CopyVma;
  /** Frames of the parent's pages, in the order of the picture. */
  readonly frames: number[];
}

export interface WorldOptions {
  readonly flags?: number;
  readonly splitPtlocks?: boolean;
  readonly hasAnonVma?: boolean;
}

/** A parent whose table looks like `picture`, and an empty child. */
export function draw(picture: string, options: WorldOptions = {}): World {
  const letters = picture.split(" ");
  const { splitPtlocks = true, flags = PRIVATE, hasAnonVma = true } = options;
  const env = createMachine({ memoryPages: 4096, splitPtlocks, slots: 4096 });
  const src = addSpace(env, "src");
  const dst = addSpace(env, "dst");
  const world: World = {
    env,
    src,
    dst,
    vma: {
      start: virtAddr(START),
      end: virtAddr(START + letters.length * PAGE_SIZE),
      flags,
      anonVma: hasAnonVma ? {} : null,
    },
    frames: [],
  };
  letters.forEach((letter, index) => {
    if (letter !== "-") put(world, index, letter);
  });
  env.sync.gate.count = 0; // so that a test counts the allocations of fork alone
  return world;
}

/** Letters of both tables, and what the child's counters say. */
export const show = (world: World): { parent: string; child: string; rss: string } => ({
  parent: lettersOf(world, world.src),
  child: lettersOf(world, world.dst),
  rss: showRss(world.dst),
});

/** The letters of `mm`, for the pages of the vma. */
export const lettersOf = ({ env, vma }: World, mm: MmStruct): string =>
  showEntries({ env, mm }, vma.start, (vma.end - vma.start) / PAGE_SIZE);

/** "count/mapcount" of each of the parent's pages. */
export const refs = (world: World): string => showRefs(world, world.frames);

function put(world: World, index: number, letter: string): void {
  const { env, src } = world;
  const addr = START + index * PAGE_SIZE;
  const cell = run(allocPteCell(env.sync, env.tables, src, addr));
  const [low, high] = entryOf(world, index, letter);
  setPte(env.tables, cell, low, high);
}

function entryOf(world: World, index: number, letter: string): readonly [number, number] {
  const { env } = world;
  switch (letter) {
    case "W":
      return mapped(page(world, MappingTag.ANON), MAPPED | RW);
    case "r":
      return mapped(page(world, MappingTag.ANON), MAPPED);
    case "f":
      return mapped(page(world, MappingTag.FILE), MAPPED);
    case "F":
      return mapped(page(world, MappingTag.FILE), MAPPED | RW);
    case "z":
      return mapped(env.map.zeroPfn, MAPPED | SPECIAL);
    case "p":
      return mapped(4000, MAPPED | RW | SPECIAL);
    case "s":
      pokeSlot(env.swap, 0, index + 1, { byte: 1, digits: [] });
      return [swpPteLow(0, index + 1), swpPteHigh(index + 1)];
    case "h":
      return [swpPteLow(SwpType.HWPOISON, AWAY), swpPteHigh(AWAY)];
    case "m":
      return [swpPteLow(SwpType.MIGRATION_READ, AWAY), swpPteHigh(AWAY)];
    case "M":
      return [swpPteLow(SwpType.MIGRATION_WRITE, AWAY), swpPteHigh(AWAY)];
    case "n":
      return [pgoffToPteLow(5), pgoffToPteHigh(5)];
    default:
      throw new RangeError(`draw: no such letter: ${letter}`);
  }
}

function page({ env, frames }: World, tag: MappingTag): number {
  const frame = allocFrame(env.map);
  env.map.mapcount[frame] = 1;
  env.map.mapping[frame] = makeMapping(9, tag);
  if (tag === MappingTag.FILE) env.map.count[frame] = 2; // the page cache holds it too
  frames.push(frame);
  return frame;
}

const mapped = (frame: number, flags: number): readonly [number, number] => [
  ((frame << 12) | flags) >>> 0,
  PteHigh.NX,
];
