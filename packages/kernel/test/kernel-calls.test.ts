/** What the kernel does to processes by itself: reclaim, migration, memory failure, drop_caches. */
import { MapFlag, PAGE_SIZE, Prot, pfn } from "@forkpath/abi";
import { AccessCode, VmFault } from "@forkpath/mm";
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

const swapOut = ({ kernel }: Play, pid: number, addr: number): unknown =>
  kernel.reclaim(pid, { start: addr, end: addr + PAGE_SIZE });

describe.each(BUILDS)("%s", (_name, build) => {
  test("B9: a page that is swapped out is shared by slot, then by cache", () => {
    const { play, kernel, pid: parent, heap } = stage("W", build);
    swapOut(play, parent, heap);
    expect(kernel.slot(0, 1)).toMatchObject({ byte: 0x01, count: 1, hasCache: false });
    const child = fork(play, "P", "C");
    expect(show(play)).toEqual({ P: "[s] (0,0,1)", C: "[s] (0,0,1)" });
    expect(kernel.slot(0, 1).byte).toBe(0x02);
    kernel.read(parent, heap);
    expect(show(play)).toEqual({ P: "[r] (0,1,0)", C: "[s] (0,0,1)" });
    expect(kernel.slot(0, 1).byte).toBe(0x41);
    kernel.read(child, heap);
    expect(show(play)).toEqual({ P: "[r] (0,1,0)", C: "[r] (0,1,0)" });
    expect(kernel.slot(0, 1).byte).toBe(0x40);
    expect([kernel.frame(child, heap), refs(play, child, heap)]).toEqual([
      kernel.frame(parent, heap),
      "3/2",
    ]);
    expect(kernel.check()).toEqual([]);
  });

  test("B10: a write gives the parent a page of its own, and leaves the child its slot", () => {
    const { play, kernel, pid: parent, heap } = stage("W", build);
    swapOut(play, parent, heap);
    fork(play, "P", "C");
    kernel.write(parent, heap);
    expect(show(play)).toEqual({ P: "[W] (0,1,0)", C: "[s] (0,0,1)" });
    expect(kernel.slot(0, 1)).toMatchObject({ count: 1, hasCache: true });
    expect(refs(play, parent, heap)).toBe("1/1");
    expect(kernel.check()).toEqual([]);
  });
});

test("migration moves a page for all who map it", () => {
  const { play, kernel, heap } = stage("W W");
  const child = fork(play, "P", "C");
  const before = kernel.frame(child, heap);
  expect(kernel.migrateBegin(child, heap, 2 * PAGE_SIZE)).toBe(2);
  expect(show(play)).toEqual({ P: "[m m] (0,2,0)", C: "[m m] (0,2,0)" });
  expect(kernel.entry(child, heap)).toMatchObject({ letter: "m", pfn: before });
  expect(kernel.check()).toEqual([]); // the pages are held by whoever moves them
  expect(kernel.migrateEnd()).toBe(2);
  expect(show(play)).toEqual({ P: "[r r] (0,2,0)", C: "[r r] (0,2,0)" });
  expect(kernel.frame(child, heap)).not.toBe(before);
  expect(kernel.check()).toEqual([]);
});

test("a migration answers for its own range, whatever else is on its way", () => {
  const { kernel, pid, heap } = stage("W W W -");
  expect(kernel.migrateBegin(pid, heap, 2 * PAGE_SIZE)).toBe(2);
  expect(kernel.migrateBegin(pid, heap, PAGE_SIZE)).toBe(0);
  expect(kernel.migrateBegin(pid, heap + 3 * PAGE_SIZE, PAGE_SIZE)).toBe(0);
  expect(kernel.migrateBegin(pid, heap + PAGE_SIZE, 2 * PAGE_SIZE)).toBe(1);
  expect(kernel.migrateEnd()).toBe(3);
  expect(kernel.check()).toEqual([]);
});

test("B14: after a memory failure and an unmap, VmSwap is 2^64 less than it should be (D4)", () => {
  const { play, kernel, pid, heap } = stage("W W");
  expect(kernel.memoryFailure(kernel.frame(pid, heap)!)).toBe(0);
  expect(show(play)).toEqual({ P: "[h W] (0,1,0)" });
  expect(kernel.check()).toEqual([]);
  expect(kernel.read(pid, heap)).toBe(AccessCode.FAULTED | VmFault.HWPOISON);
  kernel.munmap(pid, heap, PAGE_SIZE);
  expect(show(play)).toEqual({ P: "(0,1,-1)" });
  expect(kernel.process(pid).memory?.status.vmSwap).toBe(18446744073709551612n);
  expect(kernel.check()).toEqual([
    { rule: "I3", owner: "mm1", field: "swap_usage", kept: -1, counted: 0 },
  ]);
});

test("a frame that nobody uses goes bad without a trace but that it is gone", () => {
  const { kernel } = createPlay();
  const { freePages } = kernel.totals();
  expect(kernel.memoryFailure(pfn(200))).toBe(0);
  expect(kernel.totals().freePages).toBe(freePages - 1);
  expect(kernel.page(200)).toMatchObject({ count: 1, mapcount: 0, flags: ["HWPOISON"] });
  expect(kernel.check()).toEqual([]);
});

test("drop_caches drops pages of files that nobody maps", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const addr = mapFile(play, "P", "r r r");
  kernel.munmap(pid, addr, 2 * PAGE_SIZE);
  expect(kernel.totals().cachedPages).toBe(3);
  expect(kernel.dropCaches()).toBe(2);
  expect(kernel.totals().cachedPages).toBe(1);
  expect(kernel.check()).toEqual([]);
});

test("shared memory goes with its last mapping, a file on disk stays", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const options = { flags: MapFlag.SHARED, prot: Prot.READ | Prot.WRITE };
  const shm = kernel.openFile("/dev/shm/x", { sizePages: 2, isShmem: true });
  const disk = kernel.openFile("/var/x", { sizePages: 2 });
  const addrs = [shm, disk].map((open) => map(play, "P", "W W", { ...options, open }));
  for (const path of ["/dev/shm/x", "/var/x"]) kernel.closeFile(path);
  expect(kernel.totals().cachedPages).toBe(4);
  for (const addr of addrs) kernel.munmap(pid, addr, 2 * PAGE_SIZE);
  expect(kernel.totals().cachedPages).toBe(2);
  expect(kernel.check()).toEqual([]);
});

test("a pin holds the page, whoever writes to the memory next (D13)", () => {
  const { play, kernel, pid: parent, heap } = stage("W");
  const pinned = kernel.frame(parent, heap);
  expect(kernel.pin(parent, heap, PAGE_SIZE, true)).toBe(1);
  const child = fork(play, "P", "C");
  kernel.write(parent, heap); // gets a copy: the pin is now on a page of the child alone
  expect([kernel.frame(parent, heap) === pinned, kernel.frame(child, heap) === pinned]).toEqual([
    false,
    true,
  ]);
  expect(refs(play, child, heap)).toBe("2/1");
  expect(kernel.check()).toEqual([]);
  kernel.unpinAll();
  expect(refs(play, child, heap)).toBe("1/1");
  expect(kernel.check()).toEqual([]);
});

test("a pin that is not for writing leaves the page shared", () => {
  const { play, kernel, pid: parent, heap } = stage("W");
  const child = fork(play, "P", "C");
  expect(kernel.pin(parent, heap, PAGE_SIZE)).toBe(1);
  expect(kernel.frame(parent, heap)).toBe(kernel.frame(child, heap));
  kernel.unpinAll();
  expect(kernel.check()).toEqual([]);
});
