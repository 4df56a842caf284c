/**
 * The replayer itself: what the model does is recorded, then told in other words, then replayed.
 */
import type { History, RecordedState } from "@forkpath/recordings";
import { expect, test } from "vitest";
import { groupFailures, runHistory } from "../src/index.ts";

const CALLS = [
  "A mmap R0 anon 8 rw",
  "A write R0 0..3",
  "A fork B",
  "B write R0 0..0",
  "B munmap R0 0..1",
  "A mmap R1 shared-file 6 rw file=f0",
  "A write R1 0..7",
  "B exit",
  "A wait B",
];

const historyOf = (calls: readonly string[], after: readonly RecordedState[]): History => ({
  id: "own",
  kernel: "the model",
  env: { cpus: 2, swap: "none", pageCluster: 0, thp: "never", pte: true },
  files: ["f0 tmpfs 4", "e0 disk 2"],
  history: calls,
  after,
  base: {},
});

/** The states of the model itself. */
function record(calls: readonly string[]): RecordedState[] {
  const states: RecordedState[] = [];
  const empty = calls.map((): RecordedState => ({ result: "", minflt: 0, majflt: 0, procs: {} }));
  for (let step = 1; step <= calls.length; step++) {
    const known = historyOf(calls, [...states, ...empty.slice(states.length)]);
    runHistory(known, "el6", {
      until: step,
      onState: (at, state) => {
        states[at] = structuredClone(state);
      },
    });
  }
  return states;
}

test("what the model did passes on the model", () => {
  const states = record(CALLS);
  expect(runHistory(historyOf(CALLS, states), "el6")).toEqual({
    outcome: "passed",
    steps: CALLS.length,
    differences: [],
  });
  expect(states[3]).toMatchObject({ result: "ok", minflt: 1, majflt: 0 });
  expect(states[3].procs.B.regions?.R0).toMatchObject({
    entries: "W r*3 -*4",
    mapcount: "1 2*3 -*4",
    frames: [
      [0, 1, 4],
      [1, 3, 1],
    ],
    newFrames: [[0, 1]],
    smaps: { Rss: 16, Pss: 10, Shared_Dirty: 12, Private_Dirty: 4 },
    vmas: [[0, 8, "rw-p", "", 1, 10]],
  });
  expect(states[6]).toMatchObject({ result: "SIGBUS", done: 4 });
  expect(Object.keys(states[8].procs)).toEqual(["A"]);
});

test("one sum that is wrong is one difference, and the history goes on", () => {
  const states = record(CALLS);
  Object.assign(states[1].procs.A, { VmSize: 7 });
  const { outcome, steps, differences } = runHistory(historyOf(CALLS, states), "el6");
  expect({ outcome, steps, differences }).toEqual({
    outcome: "failed",
    steps: CALLS.length,
    differences: [
      { field: "VmSize", path: "A.VmSize", wanted: 7, got: 32, step: 1, call: "A write R0 0..3" },
    ],
  });
  expect(runHistory(historyOf(CALLS, states), "el6", { ignored: ["VmSize"] }).outcome).toBe(
    "passed",
  );
});

test("a page that differs ends the history", () => {
  const states = record(CALLS);
  Object.assign(states[3].procs.B.regions?.R0 ?? {}, { entries: "r*4 -*4" });
  const { steps, differences } = runHistory(historyOf(CALLS, states), "el6");
  expect(steps).toBe(4);
  expect(differences.map(({ path }) => path)).toEqual(["B.R0.entries"]);
});

test("what is not modelled is neither passed nor failed", () => {
  const calls = ["A mmap R0 hugetlb 512 rw"];
  const verdict = runHistory(historyOf(calls, record(calls)), "el6");
  expect(verdict).toEqual({
    outcome: "not modelled",
    steps: 0,
    differences: [],
    problem: "not modelled: mmap of kind hugetlb",
  });
  expect(groupFailures([{ id: "own", verdict }])).toEqual([
    { count: 1, field: "not modelled", call: "mmap of kind hugetlb", example: "own:0" },
  ]);
});

test("a line that makes no sense fails its history, and nothing is thrown", () => {
  const calls = ["A read R99 0..1"];
  const verdict = runHistory(historyOf(calls, record(calls)), "el6");
  expect(verdict).toMatchObject({
    outcome: "failed",
    problem: "RangeError: no place is called R99",
  });
});
