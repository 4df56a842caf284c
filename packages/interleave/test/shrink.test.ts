/**
 * Shrinking: the same failure with as few preemptions and switches as can be.
 *
 *     v1:b3ab5a     b b b b  a  b b b b b b  a  b b ..     given: 3 preemptions, 4 switches
 *     v1:ab16       a  b b b b b b b b b b b b b b b b  a  plainest: 1 preemption, 2 switches
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dfs,
  exploreProgram,
  failureKey,
  type Program,
  type RunFailure,
  random,
  replay,
  shrink,
} from "../src/index.ts";
import { bruteForce, endOf } from "./brute-force.ts";
import { increments, philosophers, type Shared, unlockedAdd } from "./classics.ts";
import { anyCode, machineProgram, PIECES } from "./machine.ts";

test("a lost update needs one preemption", () => {
  const shrunk = shrink(unlockedAdd(), "v1:b3ab5a");
  expect(shrunk).toMatchObject({
    failure: { kind: "final", message: "an update is lost" },
    preemptions: 1,
    switches: 2,
    isLeast: true,
  });
  expect(replay(unlockedAdd(), shrunk.schedule).failure).toEqual(shrunk.failure);
});

test("a deadlock of three philosophers needs one: who has to wait gives way for free", () => {
  const program = philosophers(3, false);
  const given = exploreProgram(program, random(9, 200)).failures[0].schedule;
  expect(shrink(program, given)).toEqual({
    schedule: "v1:acb",
    failure: {
      kind: "deadlock",
      message: "p0 waits for fork 1, p1 waits for fork 2, p2 waits for fork 0",
    },
    steps: 3,
    preemptions: 1,
    switches: 2,
    isLeast: true,
    runs: expect.any(Number),
  });
});

test("no schedule with fewer preemptions ends alike, says brute force", () => {
  let shrunkCount = 0;
  fc.assert(
    fc.property(anyCode(...PIECES.mutexes, ["! x"]), (code) => {
      const program = machineProgram(code);
      const all = bruteForce(program);
      for (const failure of exploreProgram(program, dfs()).failures) {
        const shrunk = shrink(program, failure.schedule);
        const alike = all.filter(({ end }) => end === failureKey(failure));
        expect(shrunk.preemptions).toBe(Math.min(...alike.map(({ preemptions }) => preemptions)));
        expect(shrunk.isLeast).toBe(true);
        expect(endOf(replay(program, shrunk.schedule))).toBe(failureKey(failure));
        shrunkCount++;
      }
    }),
    { seed: 1, numRuns: 60 },
  );
  expect(shrunkCount).toBeGreaterThan(20);
});

test("another failure can count as the same, if the caller says so", () => {
  const failing: Program<Shared> = {
    ...increments(3),
    final: ({ value }) => (value === 3 ? undefined : `${3 - value} lost`),
  };
  const worst = exploreProgram(failing, dfs()).failures.find(
    ({ message }) => message === "2 lost",
  )!;
  expect(shrink(failing, worst.schedule).failure.message).toBe("2 lost");
  const isSame = ({ kind }: RunFailure): boolean => kind === "final";
  expect(shrink(failing, worst.schedule, { isSame }).failure.message).toBe("1 lost");
});

describe("with few runs to spend", () => {
  const given = "v1:b3ab5a"; // three preemptions

  test("it hands back what it has, and does not claim that it is the least", () => {
    expect(shrink(unlockedAdd(), given, { max: 1 })).toMatchObject({
      schedule: given,
      preemptions: 3,
      isLeast: false,
      runs: 1,
    });
  });

  test("it never spends more, and never makes things worse", () => {
    for (let max = 1; max < 40; max++) {
      const { runs, preemptions, failure } = shrink(unlockedAdd(), given, { max });
      expect(runs).toBeLessThanOrEqual(max);
      expect(preemptions).toBeLessThanOrEqual(3);
      expect(failure.message).toBe("an update is lost");
    }
  });

  test("dropping turns is enough where trying all would take too long", () => {
    // 5 threads: far more than 200 schedules have no preemption or one.
    const program = increments(5);
    const { failures } = exploreProgram(program, random(1, 1));
    const shrunk = shrink(program, failures[0].schedule, { max: 200 });
    expect(shrunk).toMatchObject({ preemptions: 1, isLeast: true });
  });
});

describe("refused:", () => {
  test("a schedule that does not fail, or does not fit", () => {
    expect(() => shrink(unlockedAdd(), "v1:a2")).toThrow(
      new RangeError("shrink: wanted a schedule that ends in a failure, got none"),
    );
    expect(() => shrink(unlockedAdd(), "v1:a3")).toThrow(
      new RangeError(
        "shrink: wanted a schedule that ends in a failure, got the run is over, choices left: " +
          "1 (step 18)",
      ),
    );
  });

  test("no runs to spend", () => {
    expect(() => shrink(unlockedAdd(), "v1:ab16", { max: 0 })).toThrow(
      new RangeError("shrink: max must be an integer from 1 up, got 0"),
    );
  });
});
