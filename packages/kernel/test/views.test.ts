/** What can be seen of a machine: tasks, entries, frames, slots, totals (SPEC §10.1, §4, §3.2). */
import { MapFlag, PAGE_SIZE, Prot, virtAddr } from "@forkpath/abi";
import { MmCounter, setMmCounter } from "@forkpath/counters";
import { EventClass } from "@forkpath/events";
import type { MmStruct } from "@forkpath/mm";
import { findPteCell, setFilePte } from "@forkpath/page-table";
import { pokeSlot } from "@forkpath/swap";
import { runToCompletion } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { createTableWatch, type Kernel, memoryStatus, type WatchedTable } from "../src/index.ts";
import { createEveryKind } from "./every-kind.ts";
import { createPlay, enter, fork, map, mapFile, pidOf, stage, startPlay } from "./stage.ts";

const mmOf = (kernel: Kernel, pid: number): MmStruct => kernel.machine.fork.tasks.get(pid)!.mm!;

describe("the memory block of /proc/PID/status (SPEC §10.1)", () => {
  test("in kB, line by line, of a process with a page of each kind", () => {
    const [play, kernel] = startPlay();
    const pid = pidOf(play, "P");
    kernel.execve(pid, { path: "/bin/sh", textPages: 3, dataPages: 2, bssPages: 1 });
    const heap = map(play, "P", "W W W W");
    mapFile(play, "P", "r r", { flags: MapFlag.SHARED });
    kernel.reclaim(pid, { start: heap, end: heap + PAGE_SIZE });
    kernel.mlock(pid, heap + PAGE_SIZE, PAGE_SIZE);
    kernel.munmap(pid, heap + 2 * PAGE_SIZE, PAGE_SIZE);
    const { memory } = kernel.process(pid);
    // Text 3, data 2, bss 1, stack 22, heap 3, file 2; of the stack and the heap 1 and 2 are there.
    expect(memory?.rss).toEqual({ file: 2, anon: 3, swap: 1 });
    expect(memory?.status).toEqual({
      vmPeak: 136n, // with the page that was unmapped
      vmSize: 132n,
      vmLck: 4n,
      vmHWM: 28n, // with the page that went to swap
      vmRSS: 20n,
      vmData: 16n, // bss and heap
      vmStk: 88n,
      vmExe: 12n,
      vmLib: 0n,
      vmPTE: 8n,
      vmSwap: 4n,
    });
  });

  test("a counter below zero reads as an unsigned long", () => {
    const [play, kernel] = startPlay();
    const mm = mmOf(kernel, pidOf(play, "P"));
    const set = setMmCounter(kernel.machine.mm.sync, mm.counters, MmCounter.ANON_RSS, -1);
    runToCompletion(set);
    expect(memoryStatus(mm, kernel.machine.profile.proc)).toMatchObject({
      vmRSS: 18446744073709551612n,
      vmHWM: 18446744073709551612n,
    });
  });

  test("VmLib wraps when the text is not counted in exec_vm (D18)", () => {
    const [play, kernel] = startPlay();
    const pid = pidOf(play, "P");
    kernel.execve(pid, { path: "/bin/sh", textPages: 3 });
    const { start } = kernel.process(pid).memory!.vmas[0];
    kernel.mprotect(pid, start, 3 * PAGE_SIZE, Prot.READ | Prot.WRITE | Prot.EXEC);
    expect(kernel.process(pid).memory?.status).toMatchObject({
      vmExe: 12n,
      vmLib: 18446744073709551604n,
    });
  });
});

test("a process: who it is, its faults, its areas", () => {
  const [play, kernel] = startPlay();
  const pid = enter(play, "shell", { uid: 1000 });
  const heap = map(play, "shell", "W r");
  const text = mapFile(play, "shell", "r");
  expect(kernel.process(pid)).toMatchObject({
    pid,
    tgid: pid,
    ppid: 1,
    comm: "shell",
    state: "running",
    minFlt: 2,
    majFlt: 1,
    memory: { nrPtes: 1, mmUsers: 1, rss: { file: 1, anon: 1, swap: 0 } },
  });
  const flags = ["READ", "WRITE", "MAYREAD", "MAYWRITE", "MAYEXEC", "ACCOUNT"];
  expect(kernel.process(pid).memory?.vmas).toEqual([
    {
      start: text,
      end: text + PAGE_SIZE,
      flags: [...flags, "CAN_NONLINEAR"],
      pgoff: 0,
      path: "/f1",
      hasAnonVma: false,
    },
    {
      start: heap,
      end: heap + 2 * PAGE_SIZE,
      flags,
      pgoff: heap / PAGE_SIZE,
      path: null,
      hasAnonVma: true,
    },
  ]);
});

test("an entry says where it leads", () => {
  const play = createEveryKind({});
  const { kernel } = play;
  const pid = pidOf(play, "P");
  const seen = play.areas.map(({ addr }) => kernel.entry(pid, addr));
  const [swapped, written, migrating, poisoned, , , copied, shared, , device] = seen;
  expect(swapped).toMatchObject({ letter: "s", value: 0x200n, slot: { type: 0, offset: 1 } });
  expect(written.flags).toEqual(["PRESENT", "RW", "USER", "ACCESSED", "DIRTY", "NX"]);
  expect(kernel.page(written.pfn!)).toMatchObject({ count: 1, mapcount: 1 });
  expect(kernel.page(migrating.pfn!).flags).toContain("LOCKED");
  expect(kernel.page(poisoned.pfn!).flags).toContain("HWPOISON");
  expect(kernel.page(copied.pfn!).owner.kind).toBe("anon");
  expect(kernel.page(shared.pfn!).owner.kind).toBe("file");
  expect(device).toMatchObject({
    letter: "p",
    pfn: 300,
    flags: expect.arrayContaining(["SPECIAL"]),
  });
  const zero = kernel.entry(pid, play.areas[1].addr + PAGE_SIZE);
  expect(zero).toMatchObject({ letter: "z", pfn: kernel.machine.mm.map.zeroPfn });
  expect(kernel.entry(pid, 0)).toMatchObject({ addr: 0, letter: "-", value: 0n, flags: [] });
});

test("all entries, by address", () => {
  const play = createEveryKind({});
  const entries = play.kernel.entries(pidOf(play, "P"));
  // From the lowest area up: the reverse of the order of mapping.
  expect(entries.map(({ letter }) => letter).join(" ")).toBe("p F F W f W W h M W z s");
  expect(entries[0]).toEqual(play.kernel.entry(pidOf(play, "P"), entries[0].addr));
});

test("a nonlinear entry says which page of its file it stands for", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const addr = mapFile(play, "P", "r", { flags: MapFlag.SHARED });
  const { tables } = kernel.machine.mm;
  const cell = findPteCell(tables, mmOf(kernel, pid).pgd, virtAddr(addr));
  setFilePte(tables, cell, 77);
  expect(kernel.entry(pid, addr)).toMatchObject({ letter: "n", pgoff: 77, flags: [] });
});

test("a frame: who holds it, who owns it", () => {
  const { play, kernel, heap } = stage("W");
  fork(play, "P", "C");
  const pfn = kernel.frame(pidOf(play, "P"), heap)!;
  expect(kernel.page(pfn)).toEqual({
    pfn,
    count: 2,
    mapcount: 2,
    flags: ["UPTODATE", "LRU", "ACTIVE", "SWAPBACKED"],
    owner: { kind: "anon", id: 1 },
    index: heap / PAGE_SIZE,
    node: 0,
  });
  expect(kernel.page(511)).toEqual({
    pfn: 511,
    count: 0,
    mapcount: 0,
    flags: [],
    owner: { kind: "none" },
    index: 0,
    node: 0,
  });
  expect(kernel.frame(pidOf(play, "P"), heap - PAGE_SIZE)).toBeUndefined();
});

test("a slot with digits in continuation pages", () => {
  const { kernel } = createPlay();
  pokeSlot(kernel.machine.mm.swap, 0, 3, { byte: 0x80 | 5, digits: [2] });
  expect(kernel.slot(0, 3)).toEqual({
    type: 0,
    offset: 3,
    state: "in-use",
    byte: 0x85,
    count: 5 + 2 * 63,
    hasCache: false,
    digits: [2],
  });
  expect(kernel.slot(0, 0)).toMatchObject({ state: "bad", count: 0, hasCache: false });
});

test("totals of the machine", () => {
  const [play, kernel] = startPlay();
  map(play, "P", "W W -");
  mapFile(play, "P", "r r");
  kernel.reclaim(pidOf(play, "P"), { count: 1 });
  const before = kernel.totals().allocations;
  fork(play, "P", "C");
  const { allocations, ...totals } = kernel.totals();
  expect(totals).toEqual({
    freePages: 512 - 2 - 3,
    usedPages: 3,
    committed: 2 * 3 + 2 * 2,
    swapPages: 32,
    freeSwapPages: 32,
    cachedPages: 1,
    swapCachePages: 0,
    anonPages: 2,
    pageTables: 2,
    tasks: 3,
    totalForks: 1,
  });
  expect(allocations).toBeGreaterThan(before);
});

describe("a watch over page tables", () => {
  const counts = (tables: readonly WatchedTable[]): number[] =>
    tables.map(({ changes }) => changes);

  test("counts a change only where an entry, or a frame's counts, are others than before", () => {
    const [play, kernel] = startPlay();
    const pid = pidOf(play, "P");
    const heap = map(play, "P", "W W - -");
    const watch = createTableWatch(kernel);
    expect(counts(watch.look(pid))).toEqual([0]);
    expect(counts(watch.look(pid))).toEqual([0]);
    kernel.write(pid, heap + 2 * PAGE_SIZE);
    expect(counts(watch.look(pid))).toEqual([1]);
    const child = kernel.fork(pid);
    expect(counts(watch.look(pid))).toEqual([2]); // read-only, and mapped twice
    expect(counts(watch.look(child))).toEqual([0]);
    kernel.write(child, heap); // the child's copy leaves the parent's page to itself
    expect(counts(watch.look(pid))).toEqual([3]);
    expect(counts(watch.look(pid))).toEqual([3]);
    expect(watch.look(child)[0].view).toEqual(kernel.tables(child)[0]);
  });
});

test("events of copies and faults say at which addresses", () => {
  const [play, kernel] = startPlay();
  const pid = pidOf(play, "P");
  const heap = map(play, "P", "W W W");
  const heard: string[] = [];
  kernel.attach({
    wants: EventClass.CALL,
    emit(event) {
      if (event.kind === "call") heard.push(`${event.fn} ${JSON.stringify(event.args)}`);
    },
  });
  kernel.fork(pid);
  kernel.write(pid, heap + PAGE_SIZE);
  const end = heap + 3 * PAGE_SIZE;
  expect(heard).toContain(`copy_pte_range {"addr":${heap},"end":${end}}`);
  expect(heard).toContain(`handle_mm_fault {"address":${heap + PAGE_SIZE}}`);
  expect(heard).toContain(`do_wp_page {"address":${heap + PAGE_SIZE}}`);
});
