/** SPEC appendix B, as plays of processes: what fork makes of each kind of memory. */
import { CloneFlag, Madvise, MapFlag, PAGE_SIZE, Signal } from "@forkpath/abi";
import { describe, expect, test } from "vitest";
import {
  BUILDS,
  createPlay,
  fork,
  map,
  mapFile,
  type Play,
  pidOf,
  refs,
  show,
  stage,
  startPlay,
} from "./stage.ts";

const page = (addr: number, index: number): number => addr + index * PAGE_SIZE;

describe.each(BUILDS)("%s", (_name, build) => {
  test("B1: written pages are shared; the parent loses only the right to write", () => {
    const { play, kernel, heap } = stage("W W W -", build);
    const before = kernel.entry(pidOf(play, "P"), heap);
    const child = fork(play, "P", "C");
    expect(show(play)).toEqual({ P: "[r r r -] (0,3,0)", C: "[r r r -] (0,3,0)" });
    const after = kernel.entry(pidOf(play, "P"), heap);
    expect(before.flags.filter((flag) => !after.flags.includes(flag))).toEqual(["RW"]);
    expect(after.pfn).toBe(before.pfn);
    expect([0, 1, 2].map((index) => refs(play, child, page(heap, index)))).toEqual([
      "2/2",
      "2/2",
      "2/2",
    ]);
    expect(kernel.process(child).memory?.nrPtes).toBe(1);
    expect(kernel.check()).toEqual([]);
  });

  test("B4: an area that was only read has no anon_vma, and is not copied", () => {
    const play = createPlay(build);
    map(play, "P", "r r r r");
    const child = fork(play, "P", "C");
    expect(show(play)).toEqual({ P: "[z z z z] (0,0,0)", C: "[- - - -] (0,0,0)" });
    expect(play.kernel.process(child).memory?.nrPtes).toBe(0);
    expect(play.kernel.check()).toEqual([]);
  });

  const both = (picture: string) => ({ P: picture, C: picture });
  test.each([
    [
      "B5: after one write the zero pages are copied with it",
      (play: Play) => map(play, "P", "r r r r W"),
      both("[z z z z r] (0,1,0)"),
    ],
    [
      "B6: pages of a private file that were only read are left to faults",
      (play: Play) => mapFile(play, "P", "r r r r r"),
      { P: "[f f f f f] (5,0,0)", C: "[- - - - -] (0,0,0)" },
    ],
    [
      "B7: with two of them written, all five are copied",
      (play: Play) => mapFile(play, "P", "W r W r r"),
      both("[r f r f f] (3,2,0)"),
    ],
  ])("%s", (_title, mapIn, pictures) => {
    const play = createPlay(build);
    mapIn(play);
    fork(play, "P", "C");
    expect(show(play)).toEqual(pictures);
    expect(play.kernel.check()).toEqual([]);
  });

  test("B8: a shared file starts empty in the child, which faults its pages in", () => {
    const play = createPlay(build);
    const addr = mapFile(play, "P", "W r W r", { flags: MapFlag.SHARED });
    const child = fork(play, "P", "C");
    expect(show(play)).toEqual({ P: "[F f F f] (4,0,0)", C: "[- - - -] (0,0,0)" });
    play.kernel.read(child, addr);
    expect(show(play)).toEqual({ P: "[F f F f] (4,0,0)", C: "[f - - -] (1,0,0)" });
    expect(play.kernel.check()).toEqual([]);
  });

  test("B28: each fork of a chain adds one to every page's mapcount", () => {
    const play = createPlay(build);
    const heap = map(play, "P", "W W");
    for (const [parent, child] of ["P A", "A B", "B C", "C D"].map((pair) => pair.split(" "))) {
      fork(play, parent, child);
    }
    expect(Object.values(show(play))).toEqual(Array(5).fill("[r r] (0,2,0)"));
    expect(refs(play, pidOf(play, "P"), heap)).toBe("5/5");
    expect(play.kernel.check()).toEqual([]);
  });
});

test("B11: a DONTFORK area is missing in the child, and in its totals", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "W W");
  const hidden = map(play, "P", Array(10).fill("W").join(" "));
  kernel.madvise(pidOf(play, "P"), hidden, 10 * PAGE_SIZE, Madvise.DONTFORK);
  fork(play, "P", "C");
  const tenPages = "[W W W W W W W W W W]";
  expect(show(play)).toEqual({ P: `[r r] ${tenPages} (0,12,0)`, C: "[r r] (0,2,0)" });
  const [parent, child] = ["P", "C"].map((name) => kernel.process(pidOf(play, name)).memory!);
  expect([parent.status.vmSize, child.status.vmSize]).toEqual([48n, 8n]);
  expect([parent.status.vmData, child.status.vmData]).toEqual([48n, 8n]);
  expect([parent.vmas.length, child.vmas.length]).toEqual([2, 1]);
  expect(kernel.check()).toEqual([]);
});

test("B12: locked memory is copied, its lock is not", () => {
  const { play, kernel, heap: addr } = stage("- - - - - - - -");
  expect(kernel.mlock(pidOf(play, "P"), addr, 8 * PAGE_SIZE)).toBe(0);
  fork(play, "P", "C");
  const all = "[r r r r r r r r] (0,8,0)";
  expect(show(play)).toEqual({ P: all, C: all });
  const [parent, child] = ["P", "C"].map((name) => kernel.process(pidOf(play, name)).memory!);
  expect([parent.status.vmLck, child.status.vmLck]).toEqual([32n, 0n]);
  expect(parent.vmas[0].flags).toContain("LOCKED");
  expect(child.vmas[0].flags).not.toContain("LOCKED");
  expect(kernel.check()).toEqual([]);
});

test("B26: what a kernel thread forks has no memory either", () => {
  const { kernel } = createPlay();
  const thread = kernel.createKernelThread("kthreadd");
  const child = kernel.fork(thread);
  expect(kernel.process(child)).toMatchObject({ ppid: thread, comm: "kthreadd", memory: null });
  expect(kernel.check()).toEqual([]);
});

test("B27: CLONE_VM shares one address space, and clears its swap token", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "W W");
  const [parent] = [kernel.machine.fork.tasks.get(pidOf(play, "P"))!];
  Object.assign(parent.mm!, { tokenPriority: 5, lastInterval: 7 });
  const child = kernel.clone(parent.pid, CloneFlag.VM | Signal.SIGCHLD);
  play.cast.set("C", child);
  expect(show(play)).toEqual({ P: "[W W] (0,2,0)", C: "[W W] (0,2,0)" });
  const { mm } = kernel.machine.fork.tasks.get(child)!;
  expect(mm).toBe(parent.mm);
  expect(mm).toMatchObject({ mmUsers: 2, tokenPriority: 0, lastInterval: 0 });
  expect(kernel.check()).toEqual([]);
});
