/** Every explored schedule, replayed from its string, is the same run: event for event. */
import { bounded, dfs, random } from "@forkpath/interleave";
import { expect, test } from "vitest";
import { execCharge, parseReplay, replayOf } from "../src/index.ts";
import { litmusFile, reduced } from "./litmus-files.ts";
import { recordAll, recordOne } from "./recorder.ts";

test("1,000 schedules of bare counters", () => {
  const strategies = [dfs(), reduced, random(1, 900)];
  const recordings = strategies.flatMap((strategy) => recordAll(execCharge(), strategy, 900));
  expect(recordings.length).toBeGreaterThanOrEqual(1000);
  for (const recording of recordings) {
    const { schedule } = parseReplay(replayOf(execCharge(), recording.schedule));
    expect(recordOne(execCharge(), schedule)).toEqual(recording);
  }
});

test.each([
  "d01-vfork-exec",
  "d16a-two-updaters",
  "d36-fork-against-mmap",
  "exit-against-swapoff",
  "fork-against-reclaim",
  "two-forks",
])("schedules of the whole kernel: %s", (name) => {
  const recordings = recordAll(litmusFile(name), bounded(1), 30);
  expect(recordings.length).toBeGreaterThan(10);
  for (const recording of recordings) {
    expect(recordOne(litmusFile(name), recording.schedule)).toEqual(recording);
  }
});
