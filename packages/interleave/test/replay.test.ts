/**
 * A schedule, replayed, shows the run again, or says where the program no longer fits.
 *
 *     v1:ab2      a: read counter
 *                           b: read counter
 *                           b: write counter
 *                 a: write counter            an increment is lost
 */
import { describe, expect, test } from "vitest";
import { dfs, exploreProgram, type Program, type RunReport, random, replay } from "../src/index.ts";
import { increments, philosophers, strangers, unlockedAdd } from "./classics.ts";

test("shows the steps, the preemptions and the end", () => {
  const { threadNames, steps, outcome, failure, divergence, state } = replay(
    increments(2),
    "v1:ab2",
  );
  const step = (thread: number, kind: number, isPreemption = false): object => ({
    thread,
    kind,
    label: "counter",
    isPreemption,
  });
  expect(threadNames).toEqual(["t0", "t1"]);
  expect(steps).toEqual([step(0, 0), step(1, 0, true), step(1, 1), step(0, 1)]);
  expect(outcome).toBe("1");
  expect(failure).toEqual({ kind: "final", message: "an increment is lost" });
  expect(divergence).toBeUndefined();
  expect(state.value).toBe(1);
});

test("a thousand schedules, replayed twice, show the same steps and ends", () => {
  expect(replayTwice(unlockedAdd(), 500) + replayTwice(philosophers(4, false), 500)).toBe(1000);
});

/** Replays `runs` random schedules; returns how many there were. */
function replayTwice<S>(program: Program<S>, runs: number): number {
  const onRun = (run: RunReport): void => {
    const first = replay(program, run.schedule());
    expect(first.divergence).toBeUndefined();
    expect(first.steps).toHaveLength(run.steps);
    expect([first.outcome, first.failure]).toEqual([run.outcome, run.failure]);
    const again = replay(program, run.schedule(), { expected: first.steps });
    expect(again.divergence).toBeUndefined();
    expect(again.steps).toEqual(first.steps);
  };
  return exploreProgram(program, random(3, runs), { onRun }).schedules;
}

test("each outcome and failure is reported with a schedule that shows it", () => {
  const { outcomes, failures } = exploreProgram(unlockedAdd(), dfs());
  for (const { outcome, schedule } of outcomes) {
    expect(replay(unlockedAdd(), schedule).outcome).toBe(outcome);
  }
  for (const { kind, message, schedule } of failures) {
    expect(replay(unlockedAdd(), schedule).failure).toEqual({ kind, message });
  }
});

describe("diverges", () => {
  const divergenceOf = (schedule: string): object | undefined =>
    replay(increments(2), schedule).divergence;

  test("where a thread is not ready, or is none", () => {
    // a takes fork 0, c takes fork 2, and then waits for fork 0.
    expect(replay(philosophers(3, false), "v1:ac2").divergence).toEqual({
      step: 2,
      reason: "c should go on, and is not ready",
    });
    expect(divergenceOf("v1:z")).toEqual({ step: 0, reason: "z should go on, and is not ready" });
  });

  test("where the schedule ends too early, or too late", () => {
    expect(divergenceOf("v1:a")).toEqual({
      step: 1,
      reason: expect.stringMatching(/^the schedule ends, and \S+ \(a\) and \S+ \(b\) could go on$/),
    });
    expect(divergenceOf("v1:a2b")).toEqual({
      step: 4,
      reason: "the run is over, choices left: 1",
    });
  });

  test("where the steps are not those of an earlier replay", () => {
    const { steps } = replay(increments(2), "v1:a2");
    const against = (wanted: typeof steps, schedule = "v1:a2"): object | undefined =>
      replay(increments(2), schedule, { expected: wanted }).divergence;
    expect(against(steps)).toBeUndefined();
    expect(against(steps, "v1:ab2")).toEqual({
      step: 1,
      reason: "wanted a at counter (kind 1), got b at counter (kind 0)",
    });
    expect(against(steps.slice(0, 3))).toEqual({
      step: 3,
      reason: "wanted the end, got b at counter (kind 1)",
    });
    expect(against([...steps, steps[0]])).toEqual({
      step: 4,
      reason: "wanted a at counter (kind 0), and the run is over",
    });
  });
});

test("a program whose schedules have no choice has the empty schedule", () => {
  expect(replay(strangers(3), "v1:")).toMatchObject({ outcome: "done", divergence: undefined });
});
