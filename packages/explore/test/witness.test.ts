/** Witnesses: the schedule as columns that people read. */
import { bounded, dfs, exploreProgram } from "@forkpath/interleave";
import { witnessRows } from "@forkpath/picture";
import { describe, expect, test } from "vitest";
import {
  drawWitness,
  execCharge,
  explainFailure,
  observe,
  plainestFailure,
  type WitnessOptions,
} from "../src/index.ts";
import { litmusFile } from "./litmus-files.ts";

function draw(schedule: string, options: WitnessOptions = {}): readonly string[] {
  const litmus = execCharge({ faults: 1 });
  return drawWitness(observe(litmus, schedule).steps, litmus.threadNames, options);
}

test("a lost update, with who loaded and stored what (SPEC §1.7)", () => {
  expect(draw("v1:ab3ab")).toEqual([
    "exec                                      fault",
    "acct_arg_size  load anon_rss of mm1: 10",
    "                                          ⋮ 1 step",
    "                                          do_anonymous_page  load anon_rss of mm1: 10",
    "                                          do_anonymous_page  store anon_rss of mm1: 11",
    "acct_arg_size  store anon_rss of mm1: 13",
    "                                          ⋮ 1 step",
  ]);
});

test("the state can be looked at after each step of a schedule", () => {
  const litmus = execCharge({ faults: 1 });
  const seen: number[] = [];
  const { steps } = observe(litmus, "v1:ab3ab", {
    onStep: ({ sync }, step) => {
      expect(sync.interleaved).toBe(true);
      seen.push(step);
    },
  });
  expect(seen).toEqual(steps.map((_, index) => index + 1));
});

test("in full, what only one thread touches is there too", () => {
  expect(draw("v1:ab3ab", { isFull: true })).toEqual([
    "exec                                      fault",
    "call acct_arg_size pages=3",
    "acct_arg_size  load anon_rss of mm1: 10",
    "                                          call do_anonymous_page",
    "                                          do_anonymous_page  lock page_table_lock of mm1",
    "                                          do_anonymous_page  load anon_rss of mm1: 10",
    "                                          do_anonymous_page  store anon_rss of mm1: 11",
    "acct_arg_size  store anon_rss of mm1: 13",
    "return acct_arg_size",
    "                                          do_anonymous_page  unlock page_table_lock of mm1",
    "                                          return do_anonymous_page",
  ]);
});

test("long texts are cut where the line would be too wide", () => {
  const lines = draw("v1:ab3ab", { width: 40 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines.some((line) => line.includes("…"))).toBe(true);
});

test("a schedule of the whole kernel shows its calls, and what both threads touch", () => {
  const litmus = litmusFile("d36-fork-against-mmap");
  const [failure] = exploreProgram(litmus, bounded(1)).failures;
  const { steps } = observe(litmus, failure.schedule);
  const lines = drawWitness(steps, litmus.threadNames);
  const shown = lines.map((line) => line.trim());
  expect(shown.slice(0, 2)).toEqual([expect.stringMatching(/^fork +map$/), "fork server as child"]);
  expect(shown).toContain("mmap worker as more");
  // The child's total is the parent's from before, its areas are those from after.
  const copied = shown.indexOf("dup_mm  load mm1.totalVm");
  const grown = shown.indexOf("sys_mmap  store mm1.totalVm");
  const locked = shown.indexOf("dup_mmap  lock mmap_sem of mm1");
  expect(0 < copied && copied < grown && grown < locked).toBe(true);
});

test("the rows are data as well: whose turn was taken, what was held, which steps are folded", () => {
  const { steps } = observe(execCharge({ faults: 1 }), "v1:ab3ab");
  const rows = witnessRows(steps);
  expect(rows.map(({ step, thread, sort, times }) => [step, thread, sort, times])).toEqual([
    [0, 0, "event", 1],
    [1, 1, "fold", 1],
    [2, 1, "event", 1],
    [3, 1, "event", 1],
    [4, 0, "event", 1],
    [5, 1, "fold", 1],
  ]);
  expect(rows.map(({ isPreemption }) => isPreemption)).toEqual([
    false,
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(rows[3]).toMatchObject({
    fn: "do_anonymous_page",
    event: { kind: "store", owner: "mm1", field: "_anon_rss", value: 11n },
    held: [{ kind: "lock", owner: "mm1", field: "page_table_lock" }],
    isShared: true,
  });
});

describe("a failure explained", () => {
  test("comes with the shortest schedule that shows it, as a string and drawn", () => {
    const litmus = execCharge();
    const { failures } = exploreProgram(litmus, dfs());
    const plainest = plainestFailure(litmus, failures);
    expect(plainest).toBeDefined();
    const explained = failures.map((failure) => explainFailure(litmus, failure));
    expect(explained).toMatchObject([
      { message: "_anon_rss: wanted 17, got 13", count: 6, preemptions: 1, isLeast: true },
      { message: "_anon_rss: wanted 17, got 14", count: 53, preemptions: 1, isLeast: true },
      { message: "_anon_rss: wanted 17, got 15", count: 29, preemptions: 2, isLeast: true },
      { message: "_anon_rss: wanted 17, got 16", count: 41, preemptions: 2, isLeast: true },
    ]);
    expect(explained[0].plainest).toBe("exec-charge-shipped@v1:ab16");
    expect(explained[0].witness[1]).toBe("acct_arg_size  load anon_rss of mm1: 10");
  });

  test("without failures there is none to explain", () => {
    expect(plainestFailure(execCharge(), [])).toBeUndefined();
  });
});
