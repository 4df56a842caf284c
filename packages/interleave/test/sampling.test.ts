/** Strategies that sample: what a seed fixes, how fair chance is, and what pct promises. */
import { describe, expect, test } from "vitest";
import {
  dfs,
  exploreProgram,
  type Point,
  type Program,
  pct,
  random,
  type Strategy,
  type ThreadBody,
} from "../src/index.ts";
import { strangers, unlockedAdd } from "./classics.ts";

function schedulesOf<S>(program: Program<S>, strategy: Strategy): string[] {
  const schedules: string[] = [];
  exploreProgram(program, strategy, { onRun: (run) => schedules.push(run.schedule()) });
  return schedules;
}

describe.each([
  ["random", (seed: number, runs: number) => random(seed, runs)],
  ["pct", (seed: number, runs: number) => pct(seed, 3, runs)],
])("%s", (_name, strategy) => {
  test("runs the same schedules for the same seed, others for another", () => {
    const first = schedulesOf(strangers(5, 5, 5), strategy(1, 20));
    expect(schedulesOf(strangers(5, 5, 5), strategy(1, 20))).toEqual(first);
    expect(schedulesOf(strangers(5, 5, 5), strategy(2, 20))).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(10);
  });

  test("starts with the same runs, however many follow", () => {
    const long = schedulesOf(strangers(5, 5, 5), strategy(1, 20));
    expect(schedulesOf(strangers(5, 5, 5), strategy(1, 7))).toEqual(long.slice(0, 7));
  });

  test("finds the lost update, and claims no more than that", () => {
    const { outcomes, complete, guarantee } = exploreProgram(unlockedAdd(), strategy(1, 300));
    const all = exploreProgram(unlockedAdd(), dfs()).outcomes.map(({ outcome }) => outcome);
    expect(all).toEqual(expect.arrayContaining(outcomes.map(({ outcome }) => outcome)));
    expect(outcomes.length).toBeGreaterThan(2);
    expect(complete).toBe(true);
    expect(guarantee).toMatch(/^a sample of 300 schedules/);
  });
});

test("seeds mean the same in every version: the first schedules of seed 7", () => {
  expect(schedulesOf(strangers(3, 3, 3), random(7, 3))).toMatchInlineSnapshot(`
    [
      "v1:c2b2abc",
      "v1:a3c2bc",
      "v1:b2acabc2",
    ]
  `);
  expect(schedulesOf(strangers(3, 3, 3), pct(7, 3, 4))).toMatchInlineSnapshot(`
    [
      "v1:a3b3",
      "v1:a3c2bc",
      "v1:a2c3b3",
      "v1:a3b3",
    ]
  `);
});

test("random picks each ready thread equally often", () => {
  // 26 threads of one step: who goes first? 2,600 runs, 100 expected, 3.5 deviations allowed.
  const first = new Array<number>(26).fill(0);
  for (const schedule of schedulesOf(strangers(...first.fill(1)), random(1, 2600))) {
    first[schedule.charCodeAt(3) - "a".charCodeAt(0)]++;
  }
  for (const count of first) expect(Math.abs(count - 1 - 100)).toBeLessThan(35);
});

describe("pct", () => {
  test("run 0 takes one thread after the other, to count the steps", () => {
    expect(schedulesOf(strangers(2, 3), pct(1, 2, 1))).toEqual(["v1:a2"]);
    expect(exploreProgram(strangers(2, 3), pct(1, 2, 1)).guarantee).toBe(
      "a sample of 1 schedules; each after the first shows a given bug of depth 2 with a chance " +
        "of at least 1 in 10, if none has over 5 steps",
    );
  });

  test("depth 1 runs the threads one after the other, each order as often", () => {
    const schedules = schedulesOf(strangers(2, 2, 2), pct(1, 1, 601)).slice(1);
    const counts = new Map<string, number>();
    for (const one of schedules) counts.set(one, (counts.get(one) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual(
      ["v1:a2b2", "v1:a2c2", "v1:b2a2", "v1:b2c2", "v1:c2a2", "v1:c2b2"], // the third has no choice
    );
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(35);
  });

  test("keeps its promise for a bug of depth 2", () => {
    // The flag must go up between two given steps of the other thread, out of 31.
    const { failures, schedules } = exploreProgram(needle(30), pct(1, 2, 6001));
    const odds = 2 * 31;
    expect(failures[0].count).toBeGreaterThan(schedules / odds);
  });

  test("where plain chance all but never finds it", () => {
    expect(exploreProgram(needle(30), random(1, 6001)).failures).toEqual([]);
  });
});

/** Fails when the second thread's one step comes right before the last of the first thread's. */
function needle(length: number): Program<{ flag: boolean }> {
  const step: Point = { kind: 0, object: {}, label: "step", ready: () => true };
  return {
    name: "needle",
    setup: () => ({ flag: false }),
    threads: (state) => [
      { name: "long", run: longThread(state) },
      { name: "short", run: shortThread(state) },
    ],
  };

  function* longThread(state: { flag: boolean }): ThreadBody<void> {
    for (let i = 1; i < length; i++) {
      yield step;
      if (state.flag) return;
    }
    yield step;
    if (state.flag) throw new Error("the needle");
  }

  function* shortThread(state: { flag: boolean }): ThreadBody<void> {
    yield step;
    state.flag = true;
  }
}

describe("refused:", () => {
  test.each([
    [() => random(-1, 10), "random: seed must be an integer from 0 to 4294967295, got -1"],
    [
      () => random(2 ** 32, 10),
      "random: seed must be an integer from 0 to 4294967295, got 4294967296",
    ],
    [() => random(1, 0), "random: runs must be an integer from 1 up, got 0"],
    [() => pct(0.5, 2, 10), "pct: seed must be an integer from 0 to 4294967295, got 0.5"],
    [() => pct(1, 0, 10), "pct: depth must be an integer from 1 up, got 0"],
    [() => pct(1, 2, 0), "pct: runs must be an integer from 1 up, got 0"],
  ])("%s", (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});
