/**
 * fork as its caller sees it: parent and child before and after (SPEC §5.4-§5.7, §6, Appendix B).
 */
import { Madvise, MapFlag, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { MmCounter, peekCounter } from "@forkpath/counters";
import { MMAP_BASE, sysMadvise, sysMlock } from "@forkpath/mm";
import { setMmExeFile } from "@forkpath/mm/internal";
import { addFile, run } from "@forkpath/test-world";
import { expect, test } from "vitest";
import { createKernelThread, TaskFlag, type TaskStruct } from "../../src/index.ts";
import { recount } from "../recount.ts";
import { access, forkOf, machine, machineWith, map, mmOf, rss, show, spawn } from "../world.ts";

test.each([true, false])("B1: written pages are shared, read-only in both (split %s)", (split) => {
  const fe = machine({ splitPtlocks: split });
  const parent = spawn(fe, "[W W W]");
  const child = forkOf(fe, parent);
  expect([show(fe, parent), show(fe, child)]).toEqual(["[r r r]", "[r r r]"]);
  expect([rss(parent), rss(child)]).toEqual(["(0,3,0)", "(0,3,0)"]);
  expect(mmOf(child).nrPtes).toBe(1);
  expect(recount(fe)).toEqual([]);
});

test("SPEC §6.7: what a fault can bring back is not copied", () => {
  const [fe, parent] = machineWith("[W - z]", "[f f -]", "[F f]", "[z z]");
  const shared = map(fe, parent, "[F F]", { isShared: true });
  const child = forkOf(fe, parent);
  // By address, the area mapped last first.
  expect(show(fe, parent)).toBe("[F F] [z z] [r f] [f f -] [r - z]");
  expect(show(fe, child)).toBe("[- -] [- -] [r f] [- - -] [r - z]");
  expect([rss(parent), rss(child)]).toEqual(["(5,2,0)", "(1,2,0)"]);
  access(fe, child, shared, true);
  expect(show(fe, child)).toBe("[F -] [- -] [r f] [- - -] [r - z]"); // B8: it faults the same page in
  expect(recount(fe)).toEqual([]);
});

test("a swapped page costs the child a swap count and no page", () => {
  const [fe, parent] = machineWith("[s W]");
  const child = forkOf(fe, parent);
  expect([show(fe, parent), show(fe, child)]).toEqual(["[s r]", "[s r]"]);
  expect([rss(parent), rss(child)]).toEqual(["(0,1,1)", "(0,1,1)"]);
  expect(recount(fe)).toEqual([]);
});

test("B11: a VM_DONTCOPY area of 10 pages is missing in the child, and in its totals", () => {
  const [fe, parent] = machineWith("[W]");
  const mm = mmOf(parent);
  const addr = map(fe, parent, "[W W W W W W W W W W]");
  expect(run(sysMadvise(fe.mm, mm, addr, 10 * PAGE_SIZE, Madvise.DONTFORK))).toBe(0);
  const child = forkOf(fe, parent);
  expect([show(fe, parent), show(fe, child)]).toEqual(["[W W W W W W W W W W] [r]", "[r]"]);
  const { usage, mapCount } = mmOf(child);
  expect([mm.usage.totalVm, usage.totalVm]).toEqual([11, 1]);
  expect([mm.mapCount, mapCount]).toEqual([2, 1]);
  expect(recount(fe)).toEqual([]);
});

test("a VM_DONTCOPY area of each kind leaves the child's totals right", () => {
  const [fe, parent] = machineWith("[W]");
  const mm = mmOf(parent);
  const file = addFile({ env: fe.mm });
  map(fe, parent, "[f -]", { file });
  map(fe, parent, "[W W]", { flags: MapFlag.GROWSDOWN });
  for (const vma of mm.vmas) vma.flags += VmFlag.DONTCOPY;
  const child = forkOf(fe, parent);
  expect(mmOf(child).usage).toEqual({
    totalVm: 0,
    sharedVm: 0,
    execVm: 0,
    stackVm: 0,
    reservedVm: 0,
    dataVm: 0,
  });
  expect(recount(fe)).toEqual([]);
});

test("B12: a locked area is copied, its lock is not", () => {
  const [fe, parent] = machineWith();
  const addr = map(fe, parent, "[W W W W W W W W]");
  const mm = mmOf(parent);
  mm.defFlags = VmFlag.LOCKED; // mlockall(MCL_FUTURE)
  expect(run(sysMlock(fe.mm, mm, addr, 8 * PAGE_SIZE))).toBe(0);
  const child = forkOf(fe, parent);
  const lockOf = (task: TaskStruct) => {
    const { lockedVm, defFlags, vmas } = mmOf(task);
    return [lockedVm, defFlags, vmas.some(({ flags }) => flags & VmFlag.LOCKED)];
  };
  expect(show(fe, child)).toBe("[r r r r r r r r]");
  expect(lockOf(parent)).toEqual([8, VmFlag.LOCKED, true]);
  expect(lockOf(child)).toEqual([0, 0, false]);
  expect(recount(fe)).toEqual([]);
});

test("B26: the child of a kernel thread has no address space either", () => {
  const fe = machine();
  const thread = createKernelThread(fe, "kthreadd") as TaskStruct;
  const child = forkOf(fe, thread);
  expect([child.mm, child.activeMm]).toEqual([null, null]);
  expect(child.flags & TaskFlag.KTHREAD).not.toBe(0);
  expect(recount(fe)).toEqual([]);
});

test("SPEC §5.4, §5.5: what the child's mm inherits, and what starts anew", () => {
  const [fe, parent] = machineWith("[W W]");
  const mm = mmOf(parent);
  Object.assign(mm, { flags: 0x7_ffff, binfmt: "elf", tokenPriority: 7, lastInterval: 9 });
  Object.assign(mm.layout, {
    startBrk: 0x1000,
    brk: 0x3000,
    argStart: 0x5000,
    mmapBase: MMAP_BASE,
  });
  mm.freeAreaCache = 0x1234000;
  const childMm = mmOf(forkOf(fe, parent));
  expect(childMm.layout).toEqual(mm.layout);
  expect(childMm).toMatchObject({
    mmUsers: 1,
    mmCount: 1,
    flags: 0x4_01ff, // dumpable, dump filter, COMPAT
    binfmt: "elf",
    tokenPriority: 0,
    lastInterval: 0,
    freeAreaCache: MMAP_BASE, // not the parent's: the base is searched from again
    cachedHoleSize: Number.POSITIVE_INFINITY,
  });
  expect(mm).toMatchObject({ tokenPriority: 7, lastInterval: 9 });
});

test("SPEC §5.5/9: the child's peaks are what it holds, not what its parent ever held", () => {
  const [fe, parent] = machineWith("[W W W W]");
  const addr = map(fe, parent, "[W W]");
  run(sysMadvise(fe.mm, mmOf(parent), addr, 2 * PAGE_SIZE, Madvise.DONTNEED));
  const peaksOf = (task: TaskStruct) =>
    [MmCounter.HIWATER_RSS, MmCounter.HIWATER_VM].map((member) =>
      peekCounter(mmOf(task).counters, member),
    );
  const child = forkOf(fe, parent);
  expect(peaksOf(parent)).toEqual([6n, 0n]);
  expect(peaksOf(child)).toEqual([4n, 6n]);
});

test("D32: the child keeps a count of executable areas that it did not copy", () => {
  const [fe, parent] = machineWith("[W]");
  const mm = mmOf(parent);
  const file = addFile({ env: fe.mm }, { path: "/bin/true" });
  setMmExeFile(fe.mm, mm, file);
  map(fe, parent, "[f f]", { file });
  mm.vmas[0].flags += VmFlag.EXECUTABLE + VmFlag.DONTCOPY;
  mm.numExeFileVmas = 1;
  const childMm = mmOf(forkOf(fe, parent));
  expect([childMm.vmas.length, childMm.numExeFileVmas]).toEqual([1, 1]);
  expect(childMm.exeFile).toBe(file);
  expect(file.count).toBe(4); // open, the parent's area, and two exe_file
});

test("SPEC §5.7/8: the child's file areas are counted and listed next to the parent's", () => {
  const fe = machine();
  const file = addFile({ env: fe.mm });
  const parent = spawn(fe);
  map(fe, parent, "[F]", { file, isShared: true });
  map(fe, parent, "[f]", { file });
  mmOf(parent).vmas[0].flags += VmFlag.DENYWRITE;
  file.iWritecount = -1;
  mmOf(parent).vmas[0].truncateCount = 5;
  const child = forkOf(fe, parent);
  expect(file).toMatchObject({ count: 5, iMmapWritable: 2, iWritecount: -2 });
  expect([...file.iMmap].map(({ mm }) => mm.id)).toEqual(
    [parent, parent, child, child].map((task) => mmOf(task).id),
  );
  expect(mmOf(child).vmas.map(({ truncateCount }) => truncateCount)).toEqual([5, 0]);
});

test("B28: n generations without a write share one page n times", () => {
  const fe = machine();
  let last = spawn(fe, "[W]");
  for (let generation = 0; generation < 5; generation++) last = forkOf(fe, last);
  const { mapcount, nextFrame } = fe.mm.map;
  expect(Math.max(...mapcount.subarray(0, nextFrame))).toBe(6);
  expect(recount(fe)).toEqual([]);
});
