/** SPEC §6.9: how long the locks are held, what is asked in between, and what a stop leaves. */
import { Errno, VmFlag } from "@forkpath/abi";
import { ALL_EVENTS, attachSink, EventClass, type KernelEvent } from "@forkpath/events";
import { allocPteCell, clearPte, forEachPte } from "@forkpath/page-table";
import { pokeSlot } from "@forkpath/swap";
import { PRIVATE, run, SHARED, START } from "@forkpath/test-world";
import { draw, show, type World } from "@forkpath/test-world/tables";
import { describe, expect, test } from "vitest";
import { copyPageRange } from "../../src/index.ts";

const fork = (world: World): number =>
  run(copyPageRange(world.env, world.dst, world.src, world.vma));

const repeat = (letter: string, times: number): string => Array(times).fill(letter).join(" ");

/** Records what happens from now on. */
function listen({ env }: World): KernelEvent[] {
  const events: KernelEvent[] = [];
  attachSink(env.sync, { wants: ALL_EVENTS, emit: (event) => events.push(event) });
  return events;
}

/** What truncation does to the parent's entries, without any lock of fork's. */
function clearParent({ env, src }: World): void {
  forEachPte(env.tables, src.pgd, (_addr, cell) => clearPte(env.tables, cell));
}

const flushes = (events: readonly KernelEvent[]): number[] =>
  events.flatMap((event) => (event.kind === "rss" ? [event.anon] : []));

describe.each([true, false])("splitPtlocks %s", (splitPtlocks) => {
  test("B19: 100 pages, always asked to resched: 25 holds of 4 copies", () => {
    const world = draw(repeat("W", 100), { splitPtlocks });
    world.env.sync.needResched = () => true;
    const events = listen(world);
    expect(fork(world)).toBe(0);
    expect(flushes(events)).toEqual(Array(25).fill(4));
    expect(show(world).rss).toBe("(0,100,0)");
  });

  test("B20: 512 empty entries, always asked: 16 holds of 32, and an empty table", () => {
    const empty = draw(repeat("-", 512), { splitPtlocks });
    run(allocPteCell(empty.env.sync, empty.env.tables, empty.src, START));
    empty.env.sync.needResched = () => true;
    const events = listen(empty);
    expect(fork(empty)).toBe(0);
    expect(flushes(events)).toEqual(Array(16).fill(0));
    expect(empty.dst.nrPtes).toBe(1);
  });

  test("B21: 100 pages, never asked: one hold", () => {
    const world = draw(repeat("W", 100), { splitPtlocks });
    const events = listen(world);
    expect(fork(world)).toBe(0);
    expect(flushes(events)).toEqual([100]);
  });

  test("the child's lock is taken first and let go last", () => {
    const world = draw("W", { splitPtlocks });
    const events = listen(world);
    fork(world);
    const copy = events.filter((event) => "where" in event && event.where === "copy_pte_range");
    const table = splitPtlocks ? "pt" : "mm";
    expect(copy.map((event) => `${event.kind} ${"lock" in event ? event.lock : ""}`)).toEqual([
      `lock dst.${table}`,
      `lock src.${table}`,
      `unlock src.${table}`,
      `unlock dst.${table}`,
    ]);
  });
});

test("polls come before the 5th, 9th, ... copy, and stop at the first yes", () => {
  const world = draw(repeat("W", 9));
  const asked: string[] = [];
  world.env.sync.needResched = () => asked.push("resched") === 4;
  world.env.sync.spinNeedbreak = (lock) => asked.push(lock.name) < 0;
  const events = listen(world);
  expect(fork(world)).toBe(0);
  expect(asked).toEqual(["resched", "src.pt", "dst.pt", "resched"]);
  expect(flushes(events)).toEqual([8, 1]);
});

test("a machine that only says when it wants the CPU is asked as well", () => {
  const world = draw(repeat("W", 9));
  let polls = 0;
  world.env.sync.needResched = () => ++polls < 0;
  expect(fork(world)).toBe(0);
  expect(polls).toBe(2);
});

test("each hold tells how many entries it has copied", () => {
  const world = draw(repeat("W", 9));
  world.env.sync.needResched = () => true;
  const copies: number[] = [];
  attachSink(world.env.sync, {
    wants: EventClass.COUNT,
    emit: (event) => {
      if (event.kind === "calls" && event.fn === "copy_one_pte") copies.push(event.times);
    },
  });
  expect(fork(world)).toBe(0);
  expect(copies).toEqual([4, 4, 1]);
});

test("a mix of empty and copied entries adds 1 and 8 to the progress", () => {
  // 3 copies (24) and 8 empty ones make 32: the poll comes before the 12th entry.
  const world = draw("W W W - - - - - - - - W");
  let polls = 0;
  world.env.sync.needResched = () => ++polls > 0;
  const events = listen(world);
  expect(fork(world)).toBe(0);
  expect(flushes(events)).toEqual([3, 1]);
  expect(polls).toBe(1);
});

test("D15: the entry that waited is remembered when only empty entries follow", () => {
  const world = draw("s s");
  const { env } = world;
  pokeSlot(env.swap, 0, 1, { byte: 0x3e, digits: [] });
  env.sync.gate.refused.add(3); // pud, pmd, pte, then the atomic continuation page
  // While the locks are gone, truncation takes both entries.
  env.sync.onCondResched = () => {
    if (env.sync.gate.count === 4) clearParent(world);
  };
  const events = listen(world);
  env.sync.gate.refused.add(5);
  expect(fork(world)).toBe(-Errno.ENOMEM);
  expect(events.filter((event) => event.kind === "alloc").map((event) => event.what)).toEqual([
    "pud",
    "pmd",
    "pte",
    "swapcont.atomic",
    "swapcont.kernel",
    "swapcont.kernel",
  ]);
  expect(show(world)).toEqual({ parent: "- -", child: "- -", rss: "(0,0,0)" });
});

describe("is anything copied at all? (SPEC §6.7/1)", () => {
  test("not without an anon_vma", () => {
    const world = draw("f f", { hasAnonVma: false });
    expect(fork(world)).toBe(0);
    expect(show(world).child).toBe("- -");
    expect(world.env.tables.liveTables).toEqual([1, 1, 1, 2]);
  });

  test.each(["NONLINEAR", "PFNMAP", "INSERTPAGE"] as const)("but %s is always", (name) => {
    const world = draw("F", { flags: SHARED | VmFlag[name], hasAnonVma: false });
    expect(fork(world)).toBe(0);
    expect(show(world).child).toBe("Fc'");
  });

  test("MIXEDMAP alone is not enough", () => {
    const world = draw("p", { flags: PRIVATE | VmFlag.MIXEDMAP, hasAnonVma: false });
    expect(fork(world)).toBe(0);
    expect(show(world).child).toBe("-");
  });
});

test("the tracking of a PFN mapping can refuse, before anything is notified", () => {
  const world = draw("p", { flags: PRIVATE | VmFlag.PFNMAP });
  world.env.trackPfnVmaCopy = () => -Errno.EINVAL;
  const events = listen(world);
  expect(fork(world)).toBe(-Errno.EINVAL);
  expect(events).toEqual([{ kind: "track_pfn_vma_copy", ret: -Errno.EINVAL }]);
});

test.each([
  [0, "pud"],
  [1, "pmd"],
  [2, "pte"],
])("allocation %i (%s) fails: -ENOMEM, the notifier is closed, the parent is untouched", (nth) => {
  const world = draw("W W");
  world.env.sync.gate.refused.add(nth);
  const events = listen(world);
  expect(fork(world)).toBe(-Errno.ENOMEM);
  expect(events.at(-1)).toEqual({ kind: "notify_end", start: START, end: START + 8192 });
  expect(show(world)).toEqual({ parent: "W W", child: "- -", rss: "(0,0,0)" });
});
