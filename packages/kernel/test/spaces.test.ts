/** Address spaces as columns, and the entries that lead to a frame or a slot. */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { expect, test } from "vitest";
import { createKernel, type Kernel, type TableView } from "../src/index.ts";
import { createEveryKind } from "./every-kind.ts";

const MACHINE = { memoryPages: 4096, swap: [{ pages: 64 }] } as const;

function play(): { kernel: Kernel; parent: number; child: number; heap: number } {
  const kernel = createKernel(MACHINE);
  const parent = kernel.createProcess();
  const heap = kernel.mmap(parent, { len: 6 * PAGE_SIZE });
  kernel.touch(parent, heap, "W W W r W -");
  kernel.reclaim(parent, { start: heap, end: heap + PAGE_SIZE });
  const child = kernel.fork(parent);
  kernel.write(child, heap + PAGE_SIZE);
  return { kernel, parent, child, heap };
}

/** The cells of the table that has `addr`. */
const at = (tables: readonly TableView[], addr: number): { table: TableView; cell: number } => {
  const table = tables.find(({ start }) => addr >= start && addr < start + 512 * PAGE_SIZE)!;
  return { table, cell: (addr - table.start) / PAGE_SIZE };
};

test("columns say what letters, entries and pages say", () => {
  const { kernel, child, heap } = play();
  const { table, cell } = at(kernel.tables(child), heap);
  const letters = String.fromCharCode(...table.letters.subarray(cell, cell + 6));
  expect(letters).toBe("sWrzr-");
  expect(letters.split("").join(" ")).toBe(kernel.letters(child, heap, 6));
  expect(table.frames[cell]).toBe(kernel.entry(child, heap).slot?.offset);
  for (const page of [1, 2, 4]) {
    const pfn = kernel.frame(child, heap + page * PAGE_SIZE)!;
    const { mapcount, count } = kernel.page(pfn);
    const cells = [table.frames, table.mapcounts, table.counts].map((of) => of[cell + page]);
    expect(cells).toEqual([pfn, mapcount, count]);
    const { value } = kernel.entry(child, heap + page * PAGE_SIZE);
    const words = [table.low, table.high].map((of) => of[cell + page]);
    expect(words).toEqual([Number(value & 0xffff_ffffn), Number(value >> 32n)]);
  }
  expect([table.frames[cell + 5], table.low[cell + 5]]).toEqual([-1, 0]);
});

test("entries of every kind: whoever has no page of the machine has no counts", () => {
  const { kernel, cast } = createEveryKind({});
  const pid = cast.get("P")!;
  const seen = new Map<string, [frame: number, mapcount: number]>();
  for (const { letters, frames, mapcounts } of kernel.tables(pid)) {
    for (const [cell, code] of letters.entries()) {
      const letter = String.fromCharCode(code);
      if (letter !== "-") seen.set(letter, [frames[cell], mapcounts[cell]]);
    }
  }
  expect(seen.get("p")).toEqual([300, 0]);
  expect(seen.get("W")?.[1]).toBe(1);
  for (const letter of ["M", "h"]) expect(seen.get(letter)?.[1]).toBe(0);
  expect(kernel.page(seen.get("M")![0]).mapcount).toBe(0);
});

test("a huge page has a table of its own, every cell of which leads to a frame", () => {
  const kernel = createKernel({ ...MACHINE, transparentHugepage: "always" });
  const pid = kernel.createProcess();
  const heap = kernel.mmap(pid, { addr: 2 ** 30, len: 2 ** 21 });
  kernel.write(pid, heap);
  const { table } = at(kernel.tables(pid), heap);
  expect(table.isHuge).toBe(true);
  expect(new Set(table.letters)).toEqual(new Set(["H".charCodeAt(0)]));
  expect(table.frames[511] - table.frames[0]).toBe(511);
  expect(kernel.mappers(table.frames[7])).toMatchObject([
    { pids: [pid], addr: heap + 7 * PAGE_SIZE },
  ]);
});

test("who maps a frame, and which entries stand for a slot", () => {
  const { kernel, parent, child, heap } = play();
  const shared = kernel.frame(parent, heap + 2 * PAGE_SIZE)!;
  expect(kernel.mappers(shared).map(({ pids, addr }) => [pids, addr])).toEqual([
    [[parent], heap + 2 * PAGE_SIZE],
    [[child], heap + 2 * PAGE_SIZE],
  ]);
  const { type, offset } = kernel.entry(parent, heap).slot!;
  expect(kernel.slotOwners(type, offset).map(({ pids }) => pids)).toEqual([[parent], [child]]);
  kernel.exit(child);
  kernel.wait(parent);
  expect(kernel.slotOwners(type, offset).map(({ pids }) => pids)).toEqual([[parent]]);
  expect(() => kernel.mappers(-1)).toThrow(RangeError);
});

test("only swapped entries stand for a slot, whatever their words look like", () => {
  const { kernel, cast } = createEveryKind({});
  const pid = cast.get("P")!;
  const letterAt = (addr: number): string => kernel.letters(pid, addr, 1);
  const offsets = Array.from({ length: 32 }, (_, offset) => offset + 1);
  const owners = offsets.flatMap((offset) => kernel.slotOwners(0, offset));
  expect(owners.map(({ addr }) => letterAt(addr))).toEqual(["s"]);
  const users = offsets.flatMap((pfn) => kernel.mappers(pfn)).map(({ addr }) => letterAt(addr));
  expect(users.sort().join("")).toBe("FFMWWWWfhz");
});

test("nor does an entry that names a page of its file", () => {
  const kernel = createKernel(MACHINE);
  const pid = kernel.createProcess();
  const open = kernel.openFile("/dev/shm/x", { sizePages: 8, isShmem: true });
  const addr = kernel.mmap(pid, { len: 4 * PAGE_SIZE, flags: MapFlag.SHARED, open });
  for (const page of [0, 1, 2]) {
    const start = addr + page * PAGE_SIZE;
    const request = { start, size: PAGE_SIZE, prot: 0, pgoff: page + 1, flags: MapFlag.NONBLOCK };
    expect(kernel.remapFilePages(pid, request)).toBe(0);
  }
  expect(kernel.letters(pid, addr, 4)).toBe("n n n -");
  for (let offset = 1; offset < 64; offset++) expect(kernel.slotOwners(0, offset)).toEqual([]);
});

test("the huge zero page is the machine's own, and not in use", () => {
  const kernel = createKernel({ ...MACHINE, kernel: "v6.18", transparentHugepage: "always" });
  const pid = kernel.createProcess();
  const heap = kernel.mmap(pid, { addr: 2 ** 30, len: 2 ** 21 });
  const before = kernel.totals();
  kernel.read(pid, heap);
  const after = kernel.totals();
  expect(before.freePages - after.freePages).toBe(512);
  expect(after.usedPages).toBe(before.usedPages);
});

test("an address space that fork is still filling can be looked at by its name", () => {
  const { kernel, parent } = play();
  const { sync } = kernel.machine.mm;
  const known = kernel.addressSpaces().length;
  sync.interleaved = true;
  const fork = kernel.threads.fork(parent);
  sync.current = kernel.machine.fork.tasks.get(parent)!.thread;
  const sizes: number[] = [];
  for (let step = fork.next(); !step.done; step = fork.next()) {
    const made = kernel.addressSpaces()[known];
    if (made === undefined || !made.isBeingMade) continue;
    const tables = kernel.tables(made.memory.name);
    sizes.push(tables.reduce((sum, { low }) => sum + low.filter((word) => word !== 0).length, 0));
    expect(kernel.areas(made.memory.name).length).toBe(made.memory.vmas.length);
  }
  expect(sizes.length).toBeGreaterThan(10);
  expect(sizes[0]).toBe(0);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b)); // it only grows
  const spaces = kernel.addressSpaces();
  expect(spaces).toHaveLength(known + 1);
  expect(spaces.every(({ isBeingMade }) => !isBeingMade)).toBe(true);
  expect(() => kernel.tables("nobody")).toThrow(/whose must be a pid or name an address space/);
});
