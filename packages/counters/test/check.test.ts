import { expect, test } from "vitest";
import { checkMmCounters } from "../src/index.ts";
import { draw } from "./picture.ts";

test("counters that agree with the page tables are no mismatch (SPEC §0.6, I1 to I3)", () => {
  const counted = { fileRss: 3, anonRss: 2, swapUsage: 1 };
  expect(checkMmCounters(draw("F 3 A 2 S 1, peak 99"), counted)).toEqual([]);
});

test("each of the three is looked at", () => {
  const counted = { fileRss: 4, anonRss: 5, swapUsage: 6 };
  expect(checkMmCounters(draw("F 1 A 2 S 3"), counted)).toEqual([
    { rule: "I1", owner: "mm", field: "file_rss", kept: 1, counted: 4 },
    { rule: "I2", owner: "mm", field: "anon_rss", kept: 2, counted: 5 },
    { rule: "I3", owner: "mm", field: "swap_usage", kept: 3, counted: 6 },
  ]);
});

test("an mm that was torn down has to be at zero, and wrapped counters show (I13, D26)", () => {
  const nothing = { fileRss: 0, anonRss: 0, swapUsage: 0 };
  expect(checkMmCounters(draw("F 1 A -1"), nothing)).toEqual([
    { rule: "I1", owner: "mm", field: "file_rss", kept: 1, counted: 0 },
    { rule: "I2", owner: "mm", field: "anon_rss", kept: -1, counted: 0 },
  ]);
});

test("a recount that is no number is refused, or one beyond 2^52", () => {
  const check = (anonRss: number) => () =>
    checkMmCounters(draw(""), { fileRss: 0, anonRss, swapUsage: 0 });
  const problem = "checkMmCounters: anonRss must be an integer, got NaN";
  expect(check(Number.NaN)).toThrow(new TypeError(problem));
  const range = "checkMmCounters: anonRss must be from -4503599627370496 to 0x10000000000000";
  expect(check(2 ** 52 + 1)).toThrow(range);
  expect(check(-(2 ** 52) - 1)).toThrow(range);
  expect(check(-(2 ** 52))()).toHaveLength(1);
});
