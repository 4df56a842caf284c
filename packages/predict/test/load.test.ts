/** What becomes of the records of a capture whose pages are odd: each becomes what it is. */
import { type Capture, createPages } from "@forkpath/procfs";
import { expect, test } from "vitest";
import { type Prediction, predictFork } from "../src/index.ts";
import { type MadeArea, type MadePages, madeCapture } from "./made.ts";
import { withoutFrames } from "./recorded.ts";

const HUGE = 512;
const HUGE_PFN = 0x20_0000;

/** An area with so many anonymous pages, by smaps. */
const area = (
  anon: number,
  present: readonly MadePages[],
  more: MadeArea["rows"] = {},
): MadeArea => ({
  pages: present.reduce((sum, { count }) => sum + count, 0),
  present,
  rows: { Rss: anon * 4, Anonymous: anon * 4, Private_Dirty: anon * 4, ...more },
});

const predict = (
  areas: readonly MadeArea[],
  view: (capture: Capture) => Capture = (capture) => capture,
): Prediction => predictFork(view(madeCapture(areas)), { advises: false });

test("a soft-dirty bit is no part of a frame number", () => {
  const told = (kind: "anon" | "softDirty"): Prediction =>
    predict([area(16, [{ count: 16, kind, mapcount: 2 }])]);
  expect(told("softDirty")).toEqual(told("anon"));
});

test("a slot beyond 512 GiB of swap is one, and no marker", () => {
  const { child } = predict([area(0, [{ count: 3, kind: "farSwap" }], { Swap: 12, SwapPss: 12 })]);
  expect(child.status.VmSwap).toBe(12);
});

test("a migrating page of a file counts as one of a file", () => {
  const present = [
    { count: 2, kind: "anon" },
    { count: 3, kind: "migratingFile" },
  ] as const;
  const { parent, child } = predict([area(2, present)]);
  for (const { status } of [parent, child]) {
    expect(status).toMatchObject({ RssAnon: 8, RssFile: 12 });
  }
});

test("a page of a file that is marked dirty is told as dirty", () => {
  const present = [
    { count: 2, kind: "anon" },
    { count: 3, kind: "dirtyFile", mapcount: 2 },
    { count: 5, kind: "file", mapcount: 2 },
  ] as const;
  const { areas } = predict([{ ...area(2, present), name: "/lib/a.so" }]);
  // Of the two that are anonymous, one is the child's own: the page with the id of its thread.
  expect(areas[0].child).toMatchObject({ Shared_Clean: 20, Shared_Dirty: (3 + 1) * 4 });
});

test("a huge page of zeroes is copied as one, with its table, and stands for no small page", () => {
  const { counts, child } = predict([
    area(1, [
      { count: HUGE, kind: "hugeZero", pfn: HUGE_PFN, mapcount: 2 },
      { count: 1, kind: "anon" },
    ]),
  ]);
  expect(counts).toMatchObject({ hugePages: 1, tables: 1, entries: 1 });
  // Tables of pud and pmd, one for the page, and one that is laid by.
  expect(child.status).toMatchObject({ RssAnon: 4, VmPTE: 16 });
});

test("parts of a huge page that others have copied have fewer users than the rest", () => {
  const part = { kind: "huge" } as const;
  const present = [
    { ...part, count: 300, pfn: HUGE_PFN, mapcount: 2 },
    { ...part, count: HUGE - 300, pfn: HUGE_PFN + 300, mapcount: 1 },
  ];
  const { areas, counts } = predict([area(HUGE, present, { AnonHugePages: 2048 })]);
  expect(counts?.hugePages).toBe(1);
  expect(areas[0].child?.Pss).toBe(399 + ((HUGE - 300) * 4) / 2); // 300 of 4 kB by 3, cut off
});

test("a huge page that an idle tracker has looked at may count as used, all of it", () => {
  const present = [{ count: HUGE, kind: "idleHuge", pfn: HUGE_PFN }] as const;
  const { child } = predict([area(HUGE, present, { AnonHugePages: 2048 })]);
  expect(child.bounds.Referenced).toEqual({ low: 0, high: 2048 });
});

test("slots of swap have as many users as their shares tell, and one more after the fork", () => {
  const swap = { count: 8, kind: "swap" } as const;
  const told = (SwapPss: number): number | undefined =>
    predict([area(0, [swap], { Swap: 32, SwapPss })]).areas[0].child?.SwapPss;
  expect(told(32)).toBe(16);
  expect(told(16)).toBe(10); // 8 of 4 kB, by 3
  expect(told(20)).toBe(11); // 2 by 2, and 6 by 3, each cut off
});

test("a range that is not full is small, whatever lay before it", () => {
  const huge = { count: HUGE, kind: "huge", pfn: HUGE_PFN } as const;
  const rows = { AnonHugePages: 2048 };
  const { counts } = predict(
    [
      area(HUGE, [huge], rows),
      area(
        HUGE + 300,
        [
          { count: 300, kind: "anon" },
          { count: HUGE - 300, kind: "none" },
          { ...huge, pfn: HUGE_PFN + 2 * HUGE },
        ],
        rows,
      ),
    ],
    withoutFrames,
  );
  expect(counts).toMatchObject({ hugePages: 2, entries: 300 });
});

test("without frame numbers, as many shared pages are anonymous as smaps leaves", () => {
  const rows = { AnonHugePages: 2048 };
  const shared = { count: HUGE, kind: "huge", pfn: HUGE_PFN, mapcount: 2 } as const;
  const after = [
    { count: 2, kind: "anon", mapcount: 2 },
    { count: 3, kind: "zero" },
  ] as const;
  for (const first of [shared, { ...shared, mapcount: 1 }]) {
    const { child } = predict([area(HUGE + 2, [first, ...after], rows)], withoutFrames);
    expect(child.status.RssAnon).toBe((HUGE + 2) * 4);
  }
});

test("records above user space are left out", () => {
  const capture = madeCapture([area(2, [{ count: 2, kind: "anon" }])]);
  const { child } = predictFork({ ...capture, pages: withVsyscall(capture) }, { advises: false });
  expect(child.status.RssAnon).toBe(8);
});

/** The same, and the page that every process has at the end of the address space. */
function withVsyscall({ pages }: Capture): Capture["pages"] {
  if (pages === null) throw new Error("a capture made by hand has pages");
  const more = createPages(pages.count + 1);
  for (const [name, column] of Object.entries(pages)) {
    if (ArrayBuffer.isView(column)) more[name as "vpn"].set(column as Float64Array);
  }
  more.count = pages.count + 1;
  more.vpn[pages.count] = 2 ** 52 - 0xa00;
  more.entryHigh[pages.count] = 0xa000_0000;
  return more;
}

test("frame numbers of which nothing is known are as good as none", () => {
  const capture = madeCapture([area(4, [{ count: 4, kind: "anon", mapcount: 0 }])]);
  const { pages } = capture;
  pages?.flagsLow.fill(0);
  expect(predictFork(capture, { advises: false }).level).toBe("pages");
});

test("without frame numbers, clean pages of the process alone are shared like others", () => {
  const present = [
    { count: 2, kind: "anon" },
    { count: 6, kind: "file" },
  ] as const;
  const rows = { Rss: 32, Private_Dirty: 8, Private_Clean: 24, Pss: 32 };
  const { child } = predict([area(2, present, rows)], withoutFrames);
  expect(child.rollup?.Pss).toBe(16 + 2);
});

test("what was one huge page, and has frames from two by now, is small", () => {
  const half = { count: HUGE / 2, kind: "huge" } as const;
  const present = [
    { ...half, pfn: HUGE_PFN },
    { ...half, pfn: HUGE_PFN + 2 * HUGE },
  ];
  const { counts } = predict([area(HUGE, present, { AnonHugePages: 2048 })]);
  expect(counts).toMatchObject({ hugePages: 0, entries: HUGE });
});

test("without frame numbers, a huge page that is clean is no page to be freed lazily", () => {
  const present = [{ count: HUGE, kind: "huge", pfn: HUGE_PFN }] as const;
  const rows = { AnonHugePages: 2048, Private_Dirty: 0, Private_Clean: 2048 };
  const { areas } = predict([area(HUGE, present, rows)], withoutFrames);
  expect(areas[0].parent).toMatchObject({ AnonHugePages: 2048, Shared_Clean: 2048, LazyFree: 0 });
});

test("from smaps alone, huge pages lie in a row, and the rest before them if it must", () => {
  const made = madeCapture([
    { pages: 1024, rows: { Rss: 2800, Anonymous: 2800, AnonHugePages: 2048 } },
  ]);
  const smaps = (made.smaps ?? []).map((one) => ({ ...one, start: one.start + 300 * 4096 }));
  const capture = { ...made, smaps, pages: null, anonVmas: null };
  const { level, areas, counts } = predictFork(capture, { advises: false });
  expect([level, counts?.hugePages, areas[0].child?.AnonHugePages]).toEqual(["areas", 1, 2048]);
});

test("from smaps alone, what shared memory has in swap is no slot of the process", () => {
  const rows = { Swap: 28, Rss: 8, Anonymous: 8 };
  const areas = [
    { pages: 32, name: "/memfd:m (deleted)", rows },
    { pages: 32, rows: { ...rows, Swap: 32 } },
  ];
  const view = (capture: Capture): Capture => ({ ...capture, pages: null, anonVmas: null });
  expect(predict(areas, view).child.status.VmSwap).toBe(32);
});
