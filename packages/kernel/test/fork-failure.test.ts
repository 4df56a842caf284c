/**
 * Forks that fail late (SPEC §5.7, §5.8, B22 to B24): everything is given back, except for the
 * parent's right to write, which the next write brings back.
 */
import { Errno, MapFlag, PMD_SIZE, Prot } from "@forkpath/abi";
import { EventClass } from "@forkpath/events";
import { Overcommit } from "@forkpath/mm";
import { describe, expect, test } from "vitest";
import type { KernelConfig } from "../src/index.ts";
import {
  BUILDS,
  map,
  mapFile,
  type Play,
  pidOf,
  record,
  refs,
  show,
  stage,
  startPlay,
} from "./stage.ts";

const ANON_FIXED = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;

/** P has two areas, each in a table of its own; the upper one says when it is opened and closed. */
function createWatchedPlay(build: KernelConfig): { play: Play; log: string[] } {
  const [play, kernel] = startPlay(build);
  const log: string[] = [];
  const addr = mapFile(play, "P", "W r");
  map(play, "P", "W W", { addr: addr - PMD_SIZE, flags: ANON_FIXED });
  const vma = kernel.machine.fork.tasks.get(pidOf(play, "P"))!.mm!.vmas.at(-1)!;
  const note = (what: string): number => log.push(`${what}: ${kernel.totals().committed} promised`);
  vma.ops = { ...vma.ops, open: () => note("open"), close: () => note("close") };
  return { play, log };
}

/** Which request of such a fork, counted from 0, is for the table of the upper area. */
function indexOfLastTable(build: KernelConfig): number {
  const { play } = createWatchedPlay(build);
  const log = record(EventClass.ALLOC);
  play.kernel.attach(log);
  play.kernel.fork(pidOf(play, "P"));
  return log.events.findLastIndex((event) => event.kind === "alloc" && event.what === "pte");
}

const pagesOf = (play: Play, addrs: readonly number[]): string[] =>
  addrs.map((addr) => refs(play, pidOf(play, "P"), addr));

describe.each(BUILDS)("%s", (_name, build) => {
  test("B22: the third area may not be promised: the first two were copied in vain", () => {
    // Three areas of 4 pages: 12 are promised, 22 may be, and the child's third would be the 24th.
    const overcommit = { mode: Overcommit.NEVER, overcommitKb: 22 * 4 };
    const { play, kernel, heap: third } = stage("W W W W", { ...build, swap: [], overcommit });
    const second = map(play, "P", "W W W W", { prot: Prot.READ | Prot.WRITE | Prot.EXEC });
    const first = map(play, "P", "W W W W");
    const before = kernel.totals();
    expect(kernel.fork(pidOf(play, "P"))).toBe(-Errno.ENOMEM);
    expect(show(play)).toEqual({ P: "[W W W W] [r r r r] [r r r r] (0,12,0)" });
    expect(pagesOf(play, [first, second, third])).toEqual(["1/1", "1/1", "1/1"]);
    expect(kernel.totals()).toMatchObject({ ...before, allocations: expect.any(Number) });
    expect(kernel.check()).toEqual([]);
    kernel.write(pidOf(play, "P"), first);
    expect(show(play)).toEqual({ P: "[W W W W] [r r r r] [W r r r] (0,12,0)" }); // reused, not copied
  });

  test("B23: open and close are called for the area whose copy failed, its charge ends between", () => {
    const { play, log } = createWatchedPlay(build);
    const { kernel } = play;
    const charged = kernel.totals().committed;
    kernel.failAllocation(indexOfLastTable(build));
    expect(kernel.fork(pidOf(play, "P"))).toBe(-Errno.ENOMEM);
    expect(show(play)).toEqual({ P: "[W f] [r r] (1,3,0)" }); // nothing of the second was copied
    expect(log).toEqual([`open: ${2 * charged} promised`, `close: ${charged} promised`]);
    expect(kernel.check()).toEqual([]);
  });

  test("B24: a signal that is pending at the end undoes a whole copy", () => {
    const { play, kernel, heap } = stage("W W r", build);
    const file = mapFile(play, "P", "W r");
    const before = kernel.totals();
    kernel.setSignalPending(pidOf(play, "P"), true);
    expect(kernel.fork(pidOf(play, "P"))).toBe(-Errno.ERESTARTNOINTR);
    expect(show(play)).toEqual({ P: "[r r z] [r f] (1,3,0)" });
    expect(pagesOf(play, [heap, file])).toEqual(["1/1", "1/1"]);
    expect(kernel.totals()).toMatchObject({ ...before, allocations: expect.any(Number) });
    expect(kernel.check()).toEqual([]);
    kernel.setSignalPending(pidOf(play, "P"), false);
    expect(kernel.fork(pidOf(play, "P"))).toBeGreaterThan(0);
  });
});
