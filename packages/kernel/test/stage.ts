/**
 * A machine on which a short play is given, and a picture of everybody in it.
 *
 *    const play = createPlay();
 *    map(play, "P", "W W -");        P maps three pages and writes to two
 *    fork(play, "P", "C");
 *    show(play)                      { P: "[r r -] (0,2,0)", C: "[r r -] (0,2,0)" }
 *
 * An area is drawn in brackets, in the order of mapping, by the letters of entry-view.ts; behind
 * stand the counters as in SPEC appendix B: (file, anon, swap).
 */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import type { EventSink, KernelEvent } from "@forkpath/events";
import type { OpenFile } from "@forkpath/mm";
import { expect } from "vitest";
import { createKernel, type Kernel, type KernelConfig, type MmapOptions } from "../src/index.ts";

/** One run of pages that somebody has mapped. */
interface Area {
  readonly addr: number;
  readonly pages: number;
}

export interface Play {
  readonly kernel: Kernel;
  /** Pids by name. */
  readonly cast: Map<string, number>;
  readonly areas: Area[];
}

/** With one lock for each page table, and with one for each address space. */
export const BUILDS: readonly (readonly [string, KernelConfig])[] = [
  ["split locks", { nrCpus: 4 }],
  ["one lock", { nrCpus: 2 }],
];

/** A small machine, with 32 slots of swap, on which root's process P runs. */
export function createPlay(config: KernelConfig = {}): Play {
  const kernel = createKernel({ memoryPages: 512, swap: [{ pages: 32 }], ...config });
  const play: Play = { kernel, cast: new Map(), areas: [] };
  enter(play, "P");
  return play;
}

/** A play, and the kernel that it is on. */
export function startPlay(config: KernelConfig = {}): readonly [Play, Kernel] {
  const play = createPlay(config);
  return [play, play.kernel];
}

interface Stage {
  readonly play: Play;
  readonly kernel: Kernel;
  /** Of P. */
  readonly pid: number;
  /** Where P has mapped the pages. */
  readonly heap: number;
}

/** A play that begins with pages of P: see `map`. */
export function stage(letters: string, config: KernelConfig = {}): Stage {
  const play = createPlay(config);
  const heap = map(play, "P", letters);
  return { play, kernel: play.kernel, pid: pidOf(play, "P"), heap };
}

/** One more process that nobody has forked. */
export function enter(play: Play, name: string, options: { readonly uid?: number } = {}): number {
  const pid = play.kernel.createProcess({ comm: name, ...options });
  expect(pid).toBeGreaterThan(0);
  play.cast.set(name, pid);
  return pid;
}

export function pidOf(play: Play, name: string): number {
  const pid = play.cast.get(name);
  if (pid === undefined) throw new RangeError(`nobody is called ${name}`);
  return pid;
}

/** Maps as many pages as there are letters, and touches them as `kernel.touch` reads letters. */
export function map(
  play: Play,
  name: string,
  letters: string,
  options: Partial<MmapOptions> = {},
): number {
  const pages = letters.split(" ").length;
  const addr = play.kernel.mmap(pidOf(play, name), { len: pages * PAGE_SIZE, ...options });
  expect(addr).toBeGreaterThan(0);
  play.areas.push({ addr, pages });
  play.kernel.touch(pidOf(play, name), addr, letters);
  return addr;
}

/** The same of a file, which is as long as the mapping; by default a private one. */
export function mapFile(
  play: Play,
  name: string,
  letters: string,
  options: { readonly flags?: number; readonly isShmem?: boolean; readonly addr?: number } = {},
): number {
  const { flags = MapFlag.PRIVATE, isShmem = false, addr = 0 } = options;
  const sizePages = letters.split(" ").length;
  const open: OpenFile = play.kernel.openFile(`/f${play.areas.length}`, { sizePages, isShmem });
  return map(play, name, letters, { flags, addr, open });
}

/** Forks, recounting what that did to entries; the child is called `childName`. */
export function fork(play: Play, name: string, childName: string): number {
  const checkFork = play.kernel.watchFork(pidOf(play, name));
  const pid = play.kernel.fork(pidOf(play, name));
  expect(pid).toBeGreaterThan(0);
  expect(checkFork(pid)).toEqual([]);
  play.cast.set(childName, pid);
  return pid;
}

/** Everybody with memory, by name. */
export function show(play: Play): Record<string, string> {
  const pictures: Record<string, string> = {};
  for (const [name, pid] of play.cast) {
    const picture = isThere(play, pid) ? pictureOf(play, pid) : null;
    if (picture !== null) pictures[name] = picture;
  }
  return pictures;
}

const isThere = ({ kernel }: Play, pid: number): boolean => kernel.machine.fork.tasks.has(pid);

function pictureOf({ kernel, areas }: Play, pid: number): string | null {
  const { memory } = kernel.process(pid);
  if (memory === null) return null;
  const mapped = areas.filter(({ addr }) =>
    memory.vmas.some(({ start, end }) => start <= addr && addr < end),
  );
  const letters = mapped.map(({ addr, pages }) => `[${kernel.letters(pid, addr, pages)}]`);
  const { file, anon, swap } = memory.rss;
  return [...letters, `(${file},${anon},${swap})`].join(" ");
}

/** "count/mapcount" of the page at an address. */
export function refs({ kernel }: Play, pid: number, addr: number): string {
  const pfn = kernel.frame(pid, addr);
  if (pfn === undefined) return "none";
  const { count, mapcount } = kernel.page(pfn);
  return `${count}/${mapcount}`;
}

/** A sink that keeps the events of some classes. */
export function record(wants: number): EventSink & { readonly events: KernelEvent[] } {
  const events: KernelEvent[] = [];
  return { wants, events, emit: (event) => events.push(event) };
}
