import { expect, test } from "vitest";
import { toEventsText } from "../src/index.ts";
import { onlyCosts, record } from "./play.ts";

const picture = `
  0 copy_pte_range {
  1 lock dst.pt
  0 rss child +0 +2 +0
  0 } copy_pte_range`;

test("one event a line, in the words of the vectors", () => {
  expect(toEventsText(record(picture))).toBe(
    "call copy_pte_range\nlock dst.pt\nrss file+0 anon+2 swap+0\nreturn copy_pte_range 0\n",
  );
  expect(toEventsText([])).toBe("");
});

test("with columns: number, simulated nanoseconds, thread", () => {
  const records = record(picture, { ...onlyCosts({ call: 1500, countedPage: 8 }), capacity: 3 });
  expect(toEventsText(records, { columns: true })).toBe(
    [
      "     1       1500 [1] lock dst.pt",
      "     2       1500 [0] rss file+0 anon+2 swap+0",
      "     3       1516 [0] return copy_pte_range 0",
      "",
    ].join("\n"),
  );
});
