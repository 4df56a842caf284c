import { expect, test } from "vitest";
import {
  type AnySink,
  addCell,
  addCellNow,
  allocAtomic,
  attachAnySink,
  condResched,
  condReschedNow,
  createCells,
  createRwSem,
  createSpinLock,
  downRead,
  type KernelThread,
  needResched,
  runToCompletion,
  type Sync,
  type SyncEvent,
  SyncEventClass,
  spinLockNow,
  spinNeedbreak,
  spinUnlockNow,
  traced,
  tracedAt,
  tracedRange,
  upRead,
} from "../src/index.ts";
import { createStage, type Stage } from "./stage.ts";

const ALL = Object.values(SyncEventClass).reduce((sum: number, value) => sum | value, 0);

/** Listens to the classes of `wants`, and hands back what is heard as it comes. */
function listen({ sync }: Stage, wants: number): SyncEvent[] {
  const heard: SyncEvent[] = [];
  const sink: AnySink<SyncEvent> = { wants, emit: (event) => heard.push(event) };
  attachAnySink(sync, sink);
  return heard;
}

/** One of everything that this package tells of. */
function doEverything(sync: Sync): void {
  const lock = createSpinLock("ptl", "dst", "pt");
  const sem = createRwSem("mmap_sem");
  const cells = createCells(["anon_rss"], true);
  runToCompletion(downRead(sync, sem, "do_page_fault"));
  allocAtomic(sync, "page");
  spinLockNow(sync, lock, "do_anonymous_page");
  if (!addCellNow(sync, cells, 0, 1)) runToCompletion(addCell(sync, cells, 0, 1));
  needResched(sync);
  spinNeedbreak(sync, lock);
  spinUnlockNow(sync, lock, "do_anonymous_page");
  condReschedNow(sync);
  runToCompletion(upRead(sync, sem, "do_page_fault"));
}

const kindsHeard = (wants: number): string[] => {
  const stage = createStage();
  const heard = listen(stage, wants);
  doEverything(stage.sync);
  return heard.map(({ kind }) => kind);
};

test("each class brings its own events and no others", () => {
  expect(kindsHeard(0)).toEqual([]);
  expect(kindsHeard(SyncEventClass.LOCK)).toEqual(["lock", "lock", "unlock", "unlock"]);
  expect(kindsHeard(SyncEventClass.ALLOC)).toEqual(["alloc"]);
  expect(kindsHeard(SyncEventClass.CELL)).toEqual(["atomic"]);
  expect(kindsHeard(SyncEventClass.SCHED)).toEqual([
    "need_resched",
    "spin_needbreak",
    "cond_resched",
  ]);
  expect(kindsHeard(ALL)).toEqual([
    "lock",
    "alloc",
    "lock",
    "atomic",
    "need_resched",
    "spin_needbreak",
    "unlock",
    "cond_resched",
    "unlock",
  ]);
});

test("events say who ran: lock, place and thread", () => {
  const { sync, b } = createStage();
  const heard: [SyncEvent, number][] = [];
  const sink: AnySink<SyncEvent> = {
    wants: SyncEventClass.LOCK,
    emit: (event, thread) => heard.push([event, thread]),
  };
  attachAnySink(sync, sink);
  sync.current = b;
  spinLockNow(sync, createSpinLock("ptl", "dst", "pt"), "copy_pte_range");
  expect(heard).toEqual([
    [
      { kind: "lock", lock: "dst.pt", owner: "dst", lockClass: "ptl", where: "copy_pte_range" },
      b.id,
    ],
  ]);
});

test("a sink that is taken off hears nothing more", () => {
  const stage = createStage();
  const heard = listen(stage, ALL);
  needResched(stage.sync);
  attachAnySink(stage.sync, null);
  expect(stage.sync.traced).toBe(0);
  needResched(stage.sync);
  expect(heard).toHaveLength(1);
});

test("a wrapped function tells of its entry and return, and is left alone when nobody listens", () => {
  function* dupMmap(sync: Sync): KernelThread<number> {
    yield* condResched(sync);
    return -12;
  }
  const stage = createStage();
  const body = dupMmap(stage.sync);
  expect(traced(stage.sync, "dup_mmap", body)).toBe(body);

  const heard = listen(stage, SyncEventClass.CALL);
  expect(runToCompletion(traced(stage.sync, "dup_mmap", dupMmap(stage.sync), { pid: 7 }))).toBe(
    -12,
  );
  expect(heard).toEqual([
    { kind: "call", fn: "dup_mmap", args: { pid: 7 } },
    { kind: "return", fn: "dup_mmap", ret: -12 },
  ]);
});

test("a wrapped function tells which addresses it works on", () => {
  const stage = createStage();
  const { sync } = stage;
  const body = (): KernelThread<void> => condResched(sync);
  const quiet = body();
  expect(tracedRange(sync, "copy_pte_range", quiet, 0x1000, 0x3000)).toBe(quiet);
  const heard = listen(stage, SyncEventClass.CALL);
  runToCompletion(tracedRange(sync, "copy_pte_range", body(), 0x1000, 0x3000));
  runToCompletion(tracedAt(sync, "do_wp_page", body(), 0x2000));
  expect(heard.filter((event) => event.kind === "call").map(({ args }) => args)).toEqual([
    { addr: 0x1000, end: 0x3000 },
    { address: 0x2000 },
  ]);
});

test("what a wrapped function returns is told when it is a number or a truth value", () => {
  const stage = createStage();
  const heard = listen(stage, SyncEventClass.CALL);
  function* give(value: unknown): KernelThread<unknown> {
    yield* condResched(stage.sync);
    return value;
  }
  for (const value of [0, true, { mm: 1 }, undefined]) {
    runToCompletion(traced(stage.sync, "f", give(value)));
  }
  const returned = heard.filter((event) => event.kind === "return").map(({ ret }) => ret);
  expect(returned).toEqual([0, true, undefined, undefined]);
});
