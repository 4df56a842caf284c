/**
 * What would be cheaper: each is a fork of the changed process, so what it saves can be told apart.
 */
import { expect, test } from "vitest";
import { type AdviceKind, predictFork } from "../src/index.ts";
import { madeCapture } from "./made.ts";

const RANGE = 512;
const rows = (pages: number) => ({
  Rss: pages * 4,
  Pss: pages * 4,
  Private_Dirty: pages * 4,
  Anonymous: pages * 4,
  Referenced: pages * 4,
});

/** Two full ranges of 2 MiB, and a smaller area. */
const capture = madeCapture([
  { pages: 2 * RANGE, present: [{ count: 2 * RANGE, kind: "anon" }], rows: rows(2 * RANGE) },
  { pages: 300, present: [{ count: 300, kind: "anon" }], rows: rows(300) },
]);

test("huge pages take the place of full tables", () => {
  const { advice, counts } = predictFork(capture);
  const huge = advice.find(({ kind }) => kind === "huge pages");
  expect(counts).toMatchObject({ tables: 3, entries: 1324, hugePages: 0 });
  expect(huge?.counts).toMatchObject({ tables: 1, entries: 300, hugePages: 2, areasCopied: 2 });
  expect(huge).toMatchObject({ tried: 1, savedPte: 0, savedPages: 0 });
  expect(huge?.savedTime).toBeGreaterThan(0);
});

test("DONTFORK saves the tables and the pages of its area", () => {
  const { advice, child } = predictFork(capture);
  const [large, small] = advice.filter(({ kind }) => kind === "DONTFORK");
  expect(large).toMatchObject({ vmRss: 1200, savedPages: 2 * RANGE });
  // Two pte tables, and the pmd table above them: the areas lie 1 GiB apart.
  expect(large.savedPte).toBe(12);
  expect(small).toMatchObject({ vmRss: child.status.VmRSS - 1200, savedPages: 300, savedPte: 8 });
});

test("posix_spawn copies nothing", () => {
  const { advice, child } = predictFork(capture);
  expect(advice.find(({ kind }) => kind === "posix_spawn")).toMatchObject({
    vmRss: 0,
    savedPte: child.status.VmPTE,
    savedPages: 1324,
    counts: { areasSkipped: 0, areasCopied: 0, tables: 0, entries: 0, hugePages: 0 },
  });
});

test("one full range is enough for huge pages, none is too little", () => {
  const kinds = (pages: number): AdviceKind[] =>
    predictFork(
      madeCapture([{ pages, present: [{ count: pages, kind: "anon" }], rows: rows(pages) }]),
    ).advice.map(({ kind }) => kind);
  expect(kinds(RANGE)).toContain("huge pages");
  expect(kinds(RANGE - 1)).not.toContain("huge pages");
});

test("what does not fit the process is not told", () => {
  const kinds = (made: Parameters<typeof madeCapture>[0]): AdviceKind[] =>
    predictFork(madeCapture(made)).advice.map(({ kind }) => kind);
  const heap = { present: [{ count: 300, kind: "anon" }], rows: rows(300), pages: 300 } as const;
  expect(kinds([{ ...heap, name: "[heap]" }])).toEqual(["posix_spawn"]);
  expect(predictFork(capture, { advises: false }).advice).toEqual([]);
  const older = predictFork(capture, { kernel: "el6" }).advice.map(({ kind }) => kind);
  expect(older).not.toContain("huge pages");
});
