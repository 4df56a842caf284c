/** Every odd kind of memory, by hand: what the child gets of it, and why (predict.md §2 to §4). */
import { expect, test } from "vitest";
import {
  type Bounds,
  Clause,
  DEFAULT_CALIBRATION,
  type Prediction,
  predictFork,
} from "../src/index.ts";
import { type MadeArea, type MadePages, madeCapture, startOf } from "./made.ts";

const HUGE = 512;

/** Anonymous memory that was written, as smaps tells it. */
const written = (
  pages: number,
  present: readonly MadePages[],
  more: MadeArea["rows"] = {},
): MadeArea => ({
  pages,
  present,
  rows: { Rss: pages * 4, Anonymous: pages * 4, Private_Dirty: pages * 4, Pss: pages * 4, ...more },
});
const anon = (pages: number, more: Partial<MadeArea> = {}): MadeArea => ({
  ...written(pages, [{ count: pages, kind: "anon" }]),
  ...more,
});

const predict = (areas: readonly MadeArea[], pins: readonly [number, number][] = []): Prediction =>
  predictFork(madeCapture(areas, pins), { advises: false });

test("DONTFORK is absent in the child, WIPEONFORK and DROPPABLE are empty", () => {
  const { child, areas, counts } = predict([
    anon(8),
    anon(16, { flags: "dc" }),
    anon(32, { flags: "wf" }),
    anon(64, { flags: "dp" }),
  ]);
  expect(areas.map(({ clause }) => clause)).toEqual([
    Clause.LIKELY_WRITTEN,
    Clause.DONTFORK,
    Clause.WIPEONFORK,
    Clause.DROPPABLE,
  ]);
  expect(areas.map((area) => area.child?.Rss)).toEqual([32, undefined, 0, 0]);
  expect(child.status).toMatchObject({ VmSize: (8 + 32 + 64) * 4, RssAnon: 32 });
  expect(counts).toMatchObject({ areasCopied: 1, areasSkipped: 2, entries: 8 });
});

test("pages of a file come along where the area was written to, and not where it was not", () => {
  const mixed: readonly MadePages[] = [
    { count: 2, kind: "anon" },
    { count: 3, kind: "file", mapcount: 4 },
    { count: 1, kind: "zero" },
  ];
  const { areas, child, parent } = predict([
    {
      pages: 6,
      name: "/lib/a.so",
      present: mixed,
      rows: { Rss: 20, Anonymous: 8, Private_Dirty: 8 },
    },
    { pages: 3, name: "/lib/b.so", present: [{ count: 3, kind: "file" }], rows: { Rss: 12 } },
  ]);
  expect(child.status).toMatchObject({ RssAnon: 8, RssFile: 12, RssShmem: 0 });
  expect(areas.map(({ isCopied }) => isCopied)).toEqual([true, false]);
  // Three pages of four entries have five now: in the parent, too.
  const fifth = Math.floor((3 * Math.floor(4096 ** 2 / 5)) / 4096 / 1024);
  expect(child.rollup?.Pss_File).toBe(fifth);
  expect(parent.rollup?.Pss_File).toBe(fifth + 12);
});

test("swap entries come along, and a slot of one user has two", () => {
  const rows = { Rss: 16, Anonymous: 16, Private_Dirty: 16, Swap: 32, SwapPss: 32 };
  const present: readonly MadePages[] = [
    { count: 4, kind: "anon" },
    { count: 8, kind: "swap" },
  ];
  const { child, parent } = predict([{ pages: 12, present, rows }]);
  expect(child.status).toMatchObject({ RssAnon: 16, VmSwap: 32 });
  expect([child.rollup?.SwapPss, parent.rollup?.SwapPss]).toEqual([16, 16]);
  expect(child.bounds.SwapPss).toBeUndefined();
});

test("where slots had more users, SwapPss is bounded", () => {
  const rows = { Swap: 32, SwapPss: 20 };
  const { child } = predict([{ pages: 8, present: [{ count: 8, kind: "swap" }], rows }]);
  const { low, high } = child.bounds.SwapPss as Bounds;
  expect([low, high]).toEqual([10, Math.ceil(20 / (1 + 20 / 32) + 1)]);
});

test("guard pages and zero pages count nothing, and their tables are copied", () => {
  const { child, areas } = predict([
    { pages: 4, flags: "gu", present: [{ count: 4, kind: "guard" }] },
    { pages: 4, present: [{ count: 4, kind: "zero" }] },
  ]);
  expect(areas.map(({ clause }) => clause)).toEqual([Clause.GUARD, Clause.SKIPPED]);
  // A pte, a pmd and a pud table for the first; nothing for the second.
  expect(child.status).toMatchObject({ VmRSS: 0, VmPTE: 12 });
});

test("a migrating page counts as what it is, on both sides in full", () => {
  const rows = { Rss: 8, Anonymous: 8, Swap: 0 };
  const present: readonly MadePages[] = [
    { count: 1, kind: "anon" },
    { count: 1, kind: "migrating" },
  ];
  const { child } = predict([{ pages: 2, present, rows }]);
  expect(child.status.RssAnon).toBe(8);
  expect(child.rollup?.Anonymous).toBe(8);
});

test("a huge page is shared as a whole, with a table laid by", () => {
  const present: readonly MadePages[] = [{ count: HUGE, kind: "huge", pfn: 0x20_0000 }];
  const { child, counts } = predict([written(HUGE, present, { AnonHugePages: 2048 })]);
  expect(counts).toMatchObject({ hugePages: 1, tables: 0, entries: 0 });
  expect(child.status).toMatchObject({ RssAnon: 2048, VmPTE: 12 });
  expect(child.rollup?.AnonHugePages).toBe(2048);
});

test("a pinned page is copied at once, and splits a huge page that it is part of", () => {
  const present: readonly MadePages[] = [{ count: HUGE, kind: "huge", pfn: 0x20_0000 }];
  const { parent, child, notes } = predict(
    [anon(32), written(HUGE, present, { AnonHugePages: 2048 })],
    [
      [startOf(0) + 4096, 3 * 4096],
      [startOf(1) + 10 * 4096, 4096],
    ],
  );
  expect(notes).toContain("4 pages are registered with io_uring: each child gets copies");
  expect([parent.rollup?.AnonHugePages, child.rollup?.AnonHugePages]).toEqual([0, 0]);
  expect(child.status.RssAnon).toBe(128 + 2048);
  // Its copies of three pages and of all the huge page's, and the page with the id of its thread.
  expect(child.uss).toBe((3 + HUGE + 1) * 4);
});

test("hugetlb: private memory is copied, shared is left to faults", () => {
  const one = { pages: HUGE, present: [{ count: HUGE, kind: "hugetlb" }] } as const;
  const { child, parent, areas } = predict([
    { ...one, flags: "ht", rows: { Private_Hugetlb: 2048 } },
    { ...one, flags: "ht ms sh", isShared: true, rows: { Private_Hugetlb: 2048 } },
  ]);
  expect(areas.map(({ isCopied }) => isCopied)).toEqual([true, false]);
  expect(child.status).toMatchObject({ VmRSS: 0, HugetlbPages: 2048 });
  expect(child.rollup).toMatchObject({ Shared_Hugetlb: 2048, Private_Hugetlb: 0 });
  expect(parent.rollup).toMatchObject({ Shared_Hugetlb: 2048, Private_Hugetlb: 2048 });
});

test("shared memory is skipped, and has a counter of its own", () => {
  const rows = { Rss: 16, Private_Dirty: 16 };
  const present: readonly MadePages[] = [{ count: 4, kind: "shmem" }];
  const shared = { pages: 4, name: "/memfd:x (deleted)", isShared: true, present, rows };
  const { parent, child } = predict([{ ...shared, flags: "sh ms" }]);
  expect([parent.status.RssShmem, child.status.RssShmem]).toEqual([16, 0]);
});

test("several children share what one would share with its parent", () => {
  const { child, parent } = predictFork(madeCapture([anon(64)]), { children: 3, advises: false });
  // 63 pages of four, and one page of each with the id of its thread.
  expect(child.rollup?.Pss).toBe(63 + 4);
  expect(parent.rollup?.Pss).toBe(63 + 4);
  expect(child.uss).toBe(4);
});

test("an older kernel copies by its own rules", () => {
  const areas = [anon(8, { flags: "wf" })];
  const capture = madeCapture(areas);
  const { areas: told, child } = predictFork(capture, { kernel: "el6", advises: false });
  expect(told[0]).toMatchObject({ isCopied: true, clause: Clause.COPIED_HERE });
  expect(child.status.VmRSS).toBe(32);
});

test("the time is the sum of what each count costs, and a little more in a real program", () => {
  const costs = { fork: 1, areaSkipped: 1e2, areaCopied: 1e4, table: 1e6, entry: 1e8 };
  const calibration = { ...DEFAULT_CALIBRATION, ...costs, hugePage: 1e10 };
  const capture = madeCapture([
    anon(8),
    anon(3),
    anon(2, { flags: "wf" }),
    written(HUGE, [{ count: HUGE, kind: "huge", pfn: 0x20_0000 }], { AnonHugePages: 2048 }),
  ]);
  const { time, counts } = predictFork(capture, { advises: false, calibration });
  expect(counts).toMatchObject({ areasSkipped: 1, areasCopied: 3, entries: 11, hugePages: 1 });
  expect(time?.value).toBeCloseTo(1.15 * (1e10 + 11e8 + 2e6 + 3e4 + 1e2 + 1), 1);
});
