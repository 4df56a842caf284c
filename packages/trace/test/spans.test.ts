import { expect, test } from "vitest";
import { callSpans, checkTrace } from "../src/index.ts";
import { onlyCosts, record } from "./play.ts";

/** `fn from-to` at its depth, with `~` before a lost call and after a return that never came. */
const draw = (picture: string): string[] =>
  callSpans(record(picture, onlyCosts({ call: 10 }))).map((span) => {
    const from = span.startIndex < 0 ? "~" : "";
    const to = span.hasReturned ? "" : "~";
    return `${"  ".repeat(span.depth)}${from}${span.fn} ${span.startNs}-${span.endNs}${to}`;
  });

test("a call spans what happens until its return", () => {
  const picture = `
    0 do_fork {
    0   copy_mm {
    0   } copy_mm
    0   copy_files {
    0   } copy_files
    0 } do_fork`;
  expect(draw(picture)).toEqual(["do_fork 0-30", "  copy_mm 10-20", "  copy_files 20-30"]);
});

test("a call that calls itself ends innermost first", () => {
  const picture = `
    0 mmput {
    0   mmput {
    0   } mmput
    0 } mmput`;
  expect(draw(picture)).toEqual(["mmput 0-20", "  mmput 10-20"]);
});

test("each thread has calls of its own, on one clock", () => {
  const picture = `
    0 do_fork {
    1 do_exit {
    0 } do_fork
    1 schedule {
    1 } schedule
    1 } do_exit`;
  expect(draw(picture)).toEqual(["do_fork 0-20", "do_exit 10-30", "  schedule 20-30"]);
});

test("a return whose call was dropped holds everything before it", () => {
  const picture = `
    0 copy_pte_range {
    0 } copy_pte_range
    0 } copy_page_range
    0 copy_page_range {
    0 } copy_page_range
    0 } dup_mmap`;
  expect(draw(picture)).toEqual([
    "~dup_mmap 0-20",
    "  ~copy_page_range 0-10",
    "    copy_pte_range 0-10",
    "  copy_page_range 10-20",
  ]);
});

test("a call that was abandoned ends with its caller, or with the trace", () => {
  const picture = `
    0 do_exit {
    0   exit_mm {
    0     down_read {
    0   } exit_mm
    0   schedule {`;
  expect(draw(picture)).toEqual([
    "do_exit 0-30~",
    "  exit_mm 10-30",
    "    down_read 20-30~",
    "  schedule 30-30~",
  ]);
});

test("a trace without events has no calls", () => {
  expect(callSpans([])).toEqual([]);
  expect(checkTrace([])).toEqual([]);
});
