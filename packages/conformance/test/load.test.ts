import { expect, test } from "vitest";
import { loadCounters, loadSwapEncoding, loadVectors } from "../src/index.ts";

test("the vectors are 430 forks and 28 zaps, each with its own id", () => {
  const vectors = loadVectors();
  const howMany = (kind: string): number => vectors.filter((one) => one.kind === kind).length;
  expect([howMany("fork"), howMany("zap")]).toEqual([430, 28]);
  expect(new Set(vectors.map(({ id }) => id)).size).toBe(458);
});

test("a vector reads as SCHEMA.md draws it", () => {
  const vector = loadVectors().find(({ id }) => id === "pub-0001");
  expect(vector).toMatchObject({
    kind: "fork",
    shape: "unusual-bits",
    config: { splitPtlocks: true, resched: "never", failAlloc: null },
  });
});

test("the counters are 73 sequences and 9 tables of two CPUs", () => {
  const { sequences, interleavings } = loadCounters();
  expect([sequences.length, interleavings.length]).toEqual([73, 9]);
  expect(sequences[0].steps[3]).toEqual({
    op: "inc",
    member: "anonRss",
    after: {
      fileRss: "0x0",
      anonRss: "0x1",
      swapUsage: "0x0",
      rss: "0x1",
      hiwaterRss: "0x0",
      getHiwater: "0x1",
      maxrss: "0x0",
      vmaPages: "0x0",
    },
  });
});

test("rows of the swap encoding carry their column names", () => {
  const { entries, pteHelpers, swapCount, walk } = loadSwapEncoding();
  expect([entries.length, pteHelpers.length]).toEqual([832, 330]); // 832: 32 types x 26 offsets
  expect([swapCount.length, walk.length]).toEqual([1642, 104]);
  expect(entries[5]).toMatchObject({ type: 0, offset: "0xff", pte: "0x1fe00", isSwapPte: true });
  expect(pteHelpers[5]).toMatchObject({ pte: "0x10", none: 0, present: 0, mkyoung: "0x30" });
});

test("every call reads anew: what a caller does to one answer does not show in the next", () => {
  Object.assign(loadCounters().sequences[0], { name: "changed" });
  expect(loadCounters().sequences[0].name).toBe("init-and-basic");
});
