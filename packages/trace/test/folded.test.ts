import fc from "fast-check";
import { expect, test } from "vitest";
import { callSpans, toFolded } from "../src/index.ts";
import { onlyCosts, record } from "./play.ts";
import { wildTraces } from "./random-trace.ts";

test("a stack's number is what its last function spent itself", () => {
  const picture = `
    0 do_fork {
    0   dup_mm {
    0     rss child +0 +2 +0
    0     copy_page_range {
    0       rss child +0 +100 +0
    0     } copy_page_range
    0   } dup_mm
    0 } do_fork`;
  const records = record(picture, onlyCosts({ call: 5, countedPage: 8 }));
  expect(toFolded(records)).toBe(
    ["do_fork 5", "do_fork;dup_mm 21", "do_fork;dup_mm;copy_page_range 805", ""].join("\n"),
  );
});

test("equal stacks are one line, also of two threads, and stacks without time have none", () => {
  const picture = `
    0 do_fork {
    0   copy_mm {
    0     lock dst.mm
    0   } copy_mm
    0   copy_mm {
    0     lock dst.mm
    0   } copy_mm
    0   copy_files {
    0   } copy_files
    0 } do_fork
    1 do_fork {
    1   lock dst.mm
    1 } do_fork`;
  const records = record(picture, onlyCosts({ lock: 20 }));
  expect(toFolded(records)).toBe("do_fork 20\ndo_fork;copy_mm 40\n");
});

test("recursion makes the stack deeper", () => {
  const picture = `
    0 mmput {
    0   mmput {
    0   } mmput
    0 } mmput`;
  expect(toFolded(record(picture, onlyCosts({ call: 5 })))).toBe("mmput 5\nmmput;mmput 5\n");
});

test("the numbers add up to the time of all outermost calls, even in a broken trace", () => {
  fc.assert(
    fc.property(wildTraces, (records) => {
      const lines = toFolded(records).split("\n").slice(0, -1);
      const totalNs = lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
      const outermost = callSpans(records).filter(({ parent }) => parent === null);
      expect(totalNs).toBe(outermost.reduce((sum, span) => sum + span.endNs - span.startNs, 0));
    }),
    { seed: 5 },
  );
});
