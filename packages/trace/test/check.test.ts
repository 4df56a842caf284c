import fc from "fast-check";
import { expect, test } from "vitest";
import { checkTrace } from "../src/index.ts";
import { record } from "./play.ts";
import { nestedTraces } from "./random-trace.ts";

test("nested calls pass, also when threads take turns, and also when some never return", () => {
  const picture = `
    0 do_fork {
    1 do_exit {
    0   copy_mm {
    0   } copy_mm
    1   exit_mm {
    0 } do_fork`;
  expect(checkTrace(record(picture))).toEqual([]);
});

test("a return from the wrong function is named, with the call that it should have closed", () => {
  const picture = `
    0 do_fork {
    0   copy_mm {
    0 } do_fork
    0 } copy_mm
    1 } do_exit`;
  expect(checkTrace(record(picture))).toEqual([
    "event 2: thread 0 returns from do_fork, inside copy_mm",
    "event 3: thread 0 returns from copy_mm, inside do_fork",
    "event 4: thread 1 returns from do_exit, inside no call",
  ]);
});

test("where the ring has dropped the calls, their returns may stand alone", () => {
  const picture = `
    0 do_fork {
    0   copy_mm {
    0   } copy_mm
    0 } do_fork`;
  expect(checkTrace(record(picture, { capacity: 2 }))).toEqual([]);
});

test("records out of order are named", () => {
  const [first, second, third] = record("0 cond_resched\n0 cond_resched\n0 cond_resched");
  expect(checkTrace([second, first])).toEqual([
    "event 0: follows event 1",
    "event 0: at 0 ns, after 5 ns",
  ]);
  expect(checkTrace([first, third])).toEqual(["event 2: follows event 0"]);
});

test("what a ring kept of nested calls always passes", () => {
  fc.assert(
    fc.property(nestedTraces, (records) => {
      expect(checkTrace(records)).toEqual([]);
    }),
    { seed: 3 },
  );
});
