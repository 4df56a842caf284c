/**
 * Pictures of one page table each for parent and child, a letter an entry:
 *
 *    W  anonymous, writable              f  page cache, read-only
 *    r  anonymous, read-only             F  page cache, writable
 *    z  the zero page, special           p  a raw frame, special, writable
 *    s  swapped out                      h  hwpoison
 *    M  migrating, was writable          m  migrating, read-only
 *    n  nonlinear file entry             -  none
 *
 * A mapped page is dirty and young, unless `c` (clean) or `'` (old) follows: `rc'`.
 */
import { PAGE_SIZE, VmFlag, virtAddr } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import {
  allocPteCell,
  findPteCell,
  isPteFile,
  isPtePresent,
  NO_CELL,
  Pte,
  PteHigh,
  pgdAlloc,
  pgoffToPteHigh,
  pgoffToPteLow,
  pteHigh,
  pteLow,
  setPte,
} from "@forkpath/page-table";
import { allocFrame, MappingTag, makeMapping } from "@forkpath/rmap";
import { addSwapArea, pokeSlot, SwpType, swpPteHigh, swpPteLow, swpType } from "@forkpath/swap";
import { type KernelThread, runToCompletion } from "@forkpath/sync";
import { allocateMm, type CopyVma, createMmEnv, type MmEnv, type MmStruct } from "../src/index.ts";

export const START = 0x40_0000_0000;
/** READ, WRITE and their MAY twins: private, so copied on write. */
export const PRIVATE: number = VmFlag.READ | VmFlag.WRITE | VmFlag.MAYREAD | VmFlag.MAYWRITE;
export const SHARED: number = PRIVATE | VmFlag.SHARED | VmFlag.MAYSHARE;
/** Frame that migration and hwpoison entries name; nothing looks at it. */
const AWAY = 77;
const { DIRTY, RW, SPECIAL, ACCESSED: YOUNG } = Pte;
/** What a picture's letter stands for, before RW and SPECIAL. */
const MAPPED: number = Pte.PRESENT | Pte.USER | YOUNG | DIRTY;

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
  const env = createMmEnv({ memoryPages: 4096, splitPtlocks: options.splitPtlocks ?? true });
  addSwapArea(env.swap, { max: 4096 });
  const src = allocateMm(env, "src");
  const dst = allocateMm(env, "dst");
  src.pgd = pgdAlloc(env.sync, env.tables);
  dst.pgd = pgdAlloc(env.sync, env.tables);
  const world: World = {
    env,
    src,
    dst,
    vma: {
      start: virtAddr(START),
      end: virtAddr(START + letters.length * PAGE_SIZE),
      flags: options.flags ?? PRIVATE,
      anonVma: (options.hasAnonVma ?? true) ? {} : null,
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
export function show(world: World): { parent: string; child: string; rss: string } {
  const { dst } = world;
  const count = (member: MmCounter): number => peekCounterSigned(dst.counters, member);
  const [file, anon, swap] = [MmCounter.FILE_RSS, MmCounter.ANON_RSS, MmCounter.SWAP_USAGE].map(
    count,
  );
  return {
    parent: lettersOf(world, world.src),
    child: lettersOf(world, dst),
    rss: `file ${file} anon ${anon} swap ${swap}`,
  };
}

/** "count/mapcount" of each of the parent's pages. */
export const refs = ({ env, frames }: World): string =>
  frames.map((frame) => `${env.map.count[frame]}/${env.map.mapcount[frame]}`).join(" ");

export const run = <T>(thread: KernelThread<T>): T => runToCompletion(thread);

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

/** The letters of `mm`, for the pages of the vma. */
export function lettersOf({ env, vma }: Pick<World, "env" | "vma">, mm: MmStruct): string {
  const letters: string[] = [];
  for (let addr: number = vma.start; addr < vma.end; addr += PAGE_SIZE) {
    const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
    letters.push(cell === NO_CELL ? "-" : letterOf(env, cell));
  }
  return letters.join(" ");
}

/** The entry as a letter of the table at the top. */
export function letterOf(env: MmEnv, cell: number): string {
  const low = pteLow(env.tables, cell);
  if (low === 0 && pteHigh(env.tables, cell) === 0) return "-";
  if (!isPtePresent(low)) return isPteFile(low) ? "n" : swapLetter(swpType(low));
  return pageLetter(env, low) + (low & DIRTY ? "" : "c") + (low & YOUNG ? "" : "'");
}

function pageLetter(env: MmEnv, low: number): string {
  const frame = low >>> 12;
  if (low & SPECIAL) return frame === env.map.zeroPfn ? "z" : "p";
  const letters = env.map.mapping[frame] & 1 ? "Wr" : "Ff";
  return low & RW ? letters[0] : letters[1];
}

function swapLetter(type: number): string {
  if (type === SwpType.HWPOISON) return "h";
  if (type === SwpType.MIGRATION_READ) return "m";
  return type === SwpType.MIGRATION_WRITE ? "M" : "s";
}
