/** A machine that is put back is as it was, whatever was done to it, and goes on as it would. */
import { MapFlag, PAGE_SIZE } from "@forkpath/abi";
import { ALL_EVENTS } from "@forkpath/events";
import { expect, test } from "vitest";
import { createKernel, type Kernel } from "../src/index.ts";
import { type Compile, type Snapshot, takeSnapshot } from "../src/internal.ts";
import { snapshot as factsOf } from "./snapshot.ts";

const PAGES = 40;
const MAP = MapFlag.PRIVATE | MapFlag.ANONYMOUS | MapFlag.FIXED;
const BASE = 0x4000_0000;

function machine(): { kernel: Kernel; pid: number } {
  const kernel = createKernel({ nrCpus: 2, memoryPages: 4096, swap: [{ pages: 64 }] });
  const pid = kernel.createProcess();
  kernel.mmap(pid, { addr: BASE, len: PAGES * PAGE_SIZE, flags: MAP });
  for (let page = 0; page < PAGES; page++) kernel.write(pid, BASE + page * PAGE_SIZE);
  kernel.reclaim(pid, { start: BASE, end: BASE + 8 * PAGE_SIZE });
  return { kernel, pid };
}

/** Changes a little of everything: tasks, tables, areas, pages, slots and users. */
function disturb(kernel: Kernel, pid: number): readonly string[] {
  const events: string[] = [];
  kernel.attach({
    wants: ALL_EVENTS,
    emit: (event) => events.push(JSON.stringify(event, bigText)),
  });
  const child = kernel.fork(pid) as number;
  kernel.write(child, BASE);
  kernel.write(pid, BASE + 20 * PAGE_SIZE);
  kernel.munmap(pid, BASE + 10 * PAGE_SIZE, 5 * PAGE_SIZE);
  kernel.reclaim(child, { start: BASE, end: BASE + PAGES * PAGE_SIZE });
  kernel.exit(child);
  for (let made = 0; made < 20; made++) kernel.fork(pid);
  kernel.attach(null);
  return events;
}

const bigText = (_key: string, value: unknown): unknown =>
  typeof value === "bigint" ? String(value) : value;

/** As often as it takes until there is a function for each shape. */
const OFTEN = 40;

/** The host lets text become code, or does not. */
const HOSTS: readonly [string, Compile | null][] = [
  ["", null],
  [", by shape", Function],
];

function snapshotOf(root: object, compile: Compile | null): Snapshot {
  const snapshot = takeSnapshot(root, compile);
  if (snapshot === null) throw new Error("a call hangs");
  for (let time = 0; time < OFTEN; time++) snapshot.restore();
  return snapshot;
}

test.each(HOSTS)("what was done is undone, and comes out the same again%s", (_, compile) => {
  const { kernel, pid } = machine();
  const before = factsOf(kernel);
  const snapshot = snapshotOf(kernel, compile);
  const first = disturb(kernel, pid);
  expect(factsOf(kernel)).not.toEqual(before);
  for (let round = 0; round < 3; round++) {
    snapshot.restore();
    expect(factsOf(kernel)).toEqual(before);
    expect(kernel.check()).toEqual([]);
    expect(disturb(kernel, pid)).toEqual(first);
  }
});

test.each(HOSTS)("maps and sets keep their order, and new fields go%s", (_, compile) => {
  const inner = { a: 1 };
  const world: Record<string, unknown> = {
    map: new Map([
      ["x", inner],
      ["y", inner],
    ]),
    set: new Set([1, 2]),
    list: [1, 2, 3],
    words: new Uint32Array([7, 8]),
  };
  const snapshot = snapshotOf(world, compile);
  const { map, set, list, words } = world as {
    map: Map<string, object>;
    set: Set<number>;
    list: number[];
    words: Uint32Array;
  };
  map.delete("x");
  map.set("x", {});
  set.delete(1);
  set.add(1);
  list.pop();
  words[0] = 9;
  inner.a = 2;
  world.more = inner;
  delete world.list;
  snapshot.restore();
  expect(Object.keys(world).sort()).toEqual(["list", "map", "set", "words"]);
  expect([...map]).toEqual([
    ["x", { a: 1 }],
    ["y", { a: 1 }],
  ]);
  expect([[...set], list, [...words]]).toEqual([
    [1, 2],
    [1, 2, 3],
    [7, 8],
  ]);
  expect(map.get("x")).toBe(inner);
});

test.each(HOSTS)("names of fields are text, whatever they look like%s", (_, compile) => {
  const world: Record<string, unknown> = { '"] = 1; //': 1, "\u2028": 2, 7: 3 };
  const snapshot = snapshotOf(world, compile);
  for (const name of Object.keys(world)) world[name] = 0;
  snapshot.restore();
  expect(world).toEqual({ '"] = 1; //': 1, "\u2028": 2, 7: 3 });
});

test("a call that hangs halfway cannot be put back", () => {
  function* call(): Generator<number> {
    yield 1;
  }
  expect(takeSnapshot({ waiting: [call()] })).toBeNull();
});
