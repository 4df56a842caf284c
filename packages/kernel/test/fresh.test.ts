/** What nothing has been done to yet, and the last of what there is. */
import { Madvise, MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { BLOCKED, createKernel, type Kernel } from "../src/index.ts";
import { createPlay, mapFile, pidOf, stage, startPlay } from "./stage.ts";

test("the last frame of a machine is a page that nobody uses", () => {
  const kernel = createKernel({ memoryPages: 4096 });
  expect(kernel.page(4095)).toMatchObject({ pfn: 4095, count: 0, mapcount: 0, flags: [] });
});

test("a task runs on the last CPU, and on none behind it", () => {
  const { kernel } = createPlay({ nrCpus: 2 });
  kernel.setCpu(2, 1);
  expect(() => kernel.setCpu(2, 2)).toThrow(/^setCpu: cpu must be from 0 to 1, got 2/);
});

test("a process has the capabilities that it is made with, by default those of its user", () => {
  const kernel = createKernel();
  const capsOf = (pid: number): unknown => kernel.machine.fork.tasks.get(pid)?.cred.caps;
  const own = kernel.createProcess({ caps: 0 });
  expect(capsOf(own)).toBe(0);
  expect(capsOf(kernel.createProcess())).not.toBe(0);
});

test("slots of shared memory go with the pages that a truncation cuts off", () => {
  const [play, kernel] = startPlay();
  mapFile(play, "P", "W W W", { flags: MapFlag.SHARED, isShmem: true });
  const { freeSwapPages } = kernel.totals();
  kernel.reclaim(pidOf(play, "P"));
  expect(kernel.totals().freeSwapPages).toBe(freeSwapPages - 3);
  kernel.truncate(1, "/f0", 1);
  expect(kernel.totals().freeSwapPages).toBe(freeSwapPages - 1);
  expect(kernel.check()).toEqual([]);
});

test.each([
  [{ memoryPages: 1 }, "memoryPages must be from 2 to 0x80000000, got 1"],
  [{ nrCpus: 0 }, "nrCpus must be from 1 to 0x1000, got 0"],
  [{ nrNodes: 1025 }, "nrNodes must be from 1 to 1024, got 1025"],
  [{ splitPtlockCpus: 0 }, "splitPtlockCpus must be from 1 to 0x7fffffff, got 0"],
  [{ maxThreads: 0 }, "maxThreads must be from 1 to 0x7fffffff, got 0"],
  [{ maxMapCount: -1 }, "maxMapCount must be from 0 to 0x7fffffff, got -1"],
  [{ pidMax: 1 }, "pidMax must be from 2 to 0x400000, got 1"],
  [{ swap: [{ pages: 0 }] }, "swap[0].pages must be from 1 to 0x7fffffff, got 0"],
  [{ swap: [{ pages: 9, prio: -1 }] }, "swap[0].prio must be from 0 to 0x7fff, got -1"],
  [{ overcommit: { ratio: -1 } }, "overcommit.ratio must be from 0 to 0x7fffffff, got -1"],
])("%j is told with its range", (config, message) => {
  expect(() => createKernel(config)).toThrow(`createKernel: ${message}`);
});

test("slots of shared memory go with what REMOVE punches out, and no others", () => {
  const [play, kernel] = startPlay({ kernel: "v6.18" });
  const pid = pidOf(play, "P");
  const addr = mapFile(play, "P", "W W W", { flags: MapFlag.SHARED, isShmem: true });
  const { freeSwapPages } = kernel.totals();
  kernel.reclaim(pid);
  expect(kernel.totals().freeSwapPages).toBe(freeSwapPages - 3);
  expect(kernel.madvise(pid, addr + PAGE_SIZE, PAGE_SIZE, Madvise.REMOVE)).toBe(0);
  expect(kernel.totals().freeSwapPages).toBe(freeSwapPages - 2);
  expect(kernel.check()).toEqual([]);
});

test("migration is asked for whole pages", () => {
  const { kernel, pid, heap } = stage("W W");
  expect(() => kernel.migrateBegin(pid, heap, 100)).toThrow(
    /^migrateBegin: len must be a multiple/,
  );
  expect(() => kernel.migrateBegin(pid, heap + 8, PAGE_SIZE)).toThrow(
    /^migrateBegin: addr must be/,
  );
});

test("a pin that ends leaves the references of one that still waits (I5)", () => {
  const { kernel, pid, heap } = stage("W W");
  const thread = kernel.clone(pid, 0x10f00);
  kernel.migrateBegin(pid, heap + PAGE_SIZE, PAGE_SIZE);
  expect(kernel.pin(pid, heap, 2 * PAGE_SIZE)).toBe(BLOCKED);
  expect(kernel.pin(thread, heap, PAGE_SIZE)).toBe(1);
  expect(kernel.check()).toEqual([]);
  kernel.migrateEnd();
  expect(kernel.check()).toEqual([]);
});

test.each<[string, (kernel: Kernel, pid: number) => unknown]>([
  ["read: addr must be from 0 to", ({ read }, pid) => read(pid, -1)],
  ["read: addr must be an integer", ({ read }, pid) => read(pid, 0.5)],
  [
    "truncate: path must be of an open file, got /no",
    (kernel, pid) => kernel.truncate(pid, "/no", 1),
  ],
  ["truncate: sizePages must be from 0 to", (kernel, pid) => kernel.truncate(pid, "/f0", -1)],
  [
    "uid must be from 0 to 0xfffffffe, got 0xffffffff",
    (kernel) => kernel.createProcess({ uid: 2 ** 32 - 1 }),
  ],
])("%s", (message, call) => {
  const play = createPlay();
  mapFile(play, "P", "r");
  expect(() => call(play.kernel, pidOf(play, "P"))).toThrow(message);
});

test("an access of no bytes touches nothing", () => {
  const { kernel, pid, heap } = stage("- -");
  expect([kernel.read(pid, heap, 0), kernel.write(pid, heap + PAGE_SIZE, 0)]).toEqual([0, 0]);
  expect(kernel.letters(pid, heap, 2)).toBe("- -");
});

test("an entry that leads to a slot leads to no frame, not to frame 0 either", () => {
  const { kernel, pid, heap } = stage("W W");
  kernel.reclaim(pid, { start: heap, end: heap + PAGE_SIZE });
  expect(kernel.letters(pid, heap, 2)).toBe("s W");
  expect(kernel.mappers(0)).toEqual([]);
});
