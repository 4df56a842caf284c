/** How one run goes: starting, switching, judging, and every way to fail. */
import { describe, expect, test } from "vitest";
import {
  dfs,
  dpor,
  Explorer,
  exploreProgram,
  MAX_THREADS,
  type Point,
  type Program,
  replay,
  type ThreadBody,
} from "../src/index.ts";
import { increments, strangers } from "./classics.ts";

const STEP: Point = { kind: 0, object: {}, label: "step", ready: () => true };
const NEVER: Point = { ...STEP, label: "godot", ready: () => false };

/** A program of one kind of thread, that writes down what happens. */
function diary(
  body: (log: string[], id: number) => ThreadBody<void>,
  more: Partial<Program<string[]>> = {},
): Program<string[]> {
  return {
    name: "diary",
    setup: () => [],
    threads: (log) => [0, 1].map((id) => ({ name: `t${id}`, run: body(log, id) })),
    ...more,
  };
}

function* twoSteps(log: string[], id: number): ThreadBody<void> {
  log.push(`start ${id}`);
  yield STEP;
  log.push(`first ${id}`);
  yield STEP;
  log.push(`second ${id}`);
}

describe("a run", () => {
  test("starts the threads in their order, then steps them as the schedule says", () => {
    expect(replay(diary(twoSteps), "v1:bab").state).toEqual([
      "start 0",
      "start 1",
      "first 1",
      "first 0",
      "second 1",
      "second 0", // nobody else was left: no choice
    ]);
  });

  test("tells who runs, before each turn but not before each step", () => {
    const program = diary(twoSteps, {
      onSwitch: (log, thread) => void log.push(`turn of ${thread}`),
    });
    expect(replay(program, "v1:b2").state).toEqual([
      "turn of 0",
      "start 0",
      "turn of 1",
      "start 1",
      "turn of 1",
      "first 1",
      "second 1",
      "turn of 0",
      "first 0",
      "second 0",
    ]);
  });

  test("asks the invariant after each step, and says which step that was", () => {
    const seen: string[] = [];
    const invariant = (log: string[], thread: number, point: Point): undefined => {
      seen.push(`${log.at(-1)} by ${thread} at ${point.label}`);
    };
    replay(diary(twoSteps, { invariant }), "v1:ab2");
    expect(seen).toEqual([
      "first 0 by 0 at step",
      "first 1 by 1 at step",
      "second 1 by 1 at step",
      "second 0 by 0 at step",
    ]);
  });

  test("hands the results of the threads to outcome and final", () => {
    const program: Program<null> = {
      name: "results",
      setup: () => null,
      threads: () => [7, 8].map((value) => ({ name: `${value}`, run: give(value) })),
      outcome: (_, results) => results.join(),
      final: (_, results) => `they gave ${results.join(" and ")}`,
    };
    expect(exploreProgram(program, dfs())).toMatchObject({
      schedules: 2,
      outcomes: [{ outcome: "7,8", count: 2, failure: { message: "they gave 7 and 8" } }],
      failures: [{ kind: "final", message: "they gave 7 and 8", count: 2 }],
    });
  });

  test("tells good ends from bad ones of the same name", () => {
    const program = diary(twoSteps, {
      outcome: () => "over",
      final: (log) =>
        log.indexOf("first 0") < log.indexOf("first 1") ? undefined : "t1 was first",
    });
    const { outcomes, schedules } = exploreProgram(program, dfs());
    expect(outcomes.map(({ outcome, failure }) => [outcome, failure?.message])).toEqual([
      ["over", undefined],
      ["over", "t1 was first"],
    ]);
    expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(schedules);
  });

  test("ends as done when the program names no outcome", () => {
    expect(exploreProgram(strangers(1), dfs()).outcomes).toEqual([
      { outcome: "done", count: 1, schedule: "v1:", failure: null },
    ]);
  });

  test("may take its state from setup again and again", () => {
    const log: string[] = [];
    const program = diary(twoSteps, {
      setup: () => {
        log.length = 0;
        return log;
      },
    });
    expect(exploreProgram(program, dfs()).schedules).toBe(6);
    expect(log).toHaveLength(6);
  });
});

function* give(value: number): ThreadBody<number> {
  yield STEP;
  return value;
}

describe("a run fails", () => {
  /** The failures of all schedules, as texts. */
  const failuresOf = <S>(program: Program<S>, maxSteps = 100): string[] =>
    exploreProgram(program, dfs(), { maxSteps }).failures.map(
      ({ kind, message, count, schedule }) => `${count}x ${kind}: ${message} (${schedule})`,
    );

  test("when threads are left and none is ready", () => {
    const body = function* (_: string[], id: number): ThreadBody<void> {
      yield id === 0 ? STEP : NEVER;
      yield NEVER;
    };
    expect(failuresOf(diary(body))).toEqual([
      "1x deadlock: t0 waits for godot, t1 waits for godot (v1:)",
    ]);
  });

  test("when a thread throws, at its start or later", () => {
    const throwAt = (where: "start" | "step", what: unknown) =>
      function* (_: string[], id: number): ThreadBody<void> {
        if (where === "start" && id === 1) throw what;
        yield STEP;
        if (id === 1) throw what;
      };
    expect(failuresOf(diary(throwAt("start", new Error("oh"))))).toEqual([
      "1x thrown: t1: oh (v1:)",
    ]);
    // The schedule ends at the throw: once it is t1's turn, t0 is never asked again.
    expect(failuresOf(diary(throwAt("step", new RangeError("no"))))).toEqual([
      "2x thrown: t1: RangeError: no (v1:a)",
    ]);
    expect(failuresOf(diary(throwAt("step", "text")))).toEqual(["2x thrown: t1: text (v1:a)"]);
  });

  test("when the invariant breaks, or throws", () => {
    const isBroken = (log: string[]): boolean => log.includes("second 1");
    const says = diary(twoSteps, { invariant: (log) => (isBroken(log) ? "bad" : undefined) });
    expect(failuresOf(says)).toEqual(["6x invariant: bad (v1:a2)"]);
    const throws = diary(twoSteps, {
      invariant: (log) => {
        if (isBroken(log)) throw new Error("worse");
        return undefined;
      },
    });
    expect(failuresOf(throws)).toEqual(["6x invariant: worse (v1:a2)"]);
  });

  test("when final or outcome throws", () => {
    const fail = (): never => {
      throw new TypeError("cannot judge");
    };
    expect(failuresOf(diary(twoSteps, { final: fail }))).toEqual([
      "6x final: TypeError: cannot judge (v1:a2)",
    ]);
    expect(failuresOf(diary(twoSteps, { outcome: fail }))).toEqual([
      "6x final: TypeError: cannot judge (v1:a2)",
    ]);
  });

  test("when it takes too many steps", () => {
    const spin = function* (): ThreadBody<void> {
      for (;;) yield STEP;
    };
    const program: Program<null> = {
      name: "spin",
      setup: () => null,
      threads: () => [{ name: "t0", run: spin() }],
    };
    expect(failuresOf(program, 50)).toEqual(["1x step-limit: more than 50 steps (v1:)"]);
    expect(exploreProgram(program, dpor(), { maxSteps: 50 }).steps).toBe(50);
  });

  test("and the other schedules run all the same, under dpor too", () => {
    const body = function* (log: string[], id: number): ThreadBody<void> {
      yield STEP;
      if (id === 1 && log.length === 0) throw new Error("t1 is first");
      log.push(`t${id}`);
    };
    for (const strategy of [dfs(), dpor()]) {
      expect(exploreProgram(diary(body), strategy)).toMatchObject({
        outcomes: [{ outcome: "done", count: 1 }],
        failures: [{ message: "t1: t1 is first", count: 1 }],
      });
    }
  });
});

describe("misuse", () => {
  const withThreads = (count: () => number): Program<null> => ({
    name: "crowd",
    setup: () => null,
    threads: () => Array.from({ length: count() }, (_, id) => ({ name: `${id}`, run: give(id) })),
  });

  test("too few threads, or too many, or not as many as before", () => {
    const explored = (count: () => number) => () =>
      exploreProgram(withThreads(count), dfs(), { max: 10 });
    expect(explored(() => 0)).toThrow(
      new RangeError(`crowd: wanted 1 to ${MAX_THREADS} threads, got 0`),
    );
    expect(explored(() => MAX_THREADS)).not.toThrow();
    expect(explored(() => MAX_THREADS + 1)).toThrow(RangeError);
    let count = 2;
    expect(explored(() => count++)).toThrow(
      new RangeError("crowd: wanted 2 threads as in the run before, got 3"),
    );
  });

  test("an error in setup is the caller's, not a failure of the program", () => {
    const program = diary(twoSteps, {
      setup: () => {
        throw new Error("no state");
      },
    });
    expect(() => exploreProgram(program, dfs())).toThrow("no state");
  });

  test.each([
    ["max", 0],
    ["max", 1.5],
    ["maxSteps", 0],
    ["maxSteps", Number.NaN],
  ])("explore refuses %s = %d", (name, value) => {
    expect(() => exploreProgram(increments(2), dfs(), { [name]: value })).toThrow(
      new RangeError(`explore: ${name} must be an integer from 1 up, got ${value}`),
    );
  });
});

describe("an exploration", () => {
  test("that stops at its limit is not complete, and says so", () => {
    expect(exploreProgram(increments(2), dfs(), { max: 5 })).toMatchObject({
      schedules: 5,
      complete: false,
      guarantee: "5 schedules, short of every schedule",
    });
  });

  test("that just fits its limit is complete", () => {
    expect(exploreProgram(increments(2), dfs(), { max: 6 })).toMatchObject({
      schedules: 6,
      complete: true,
      guarantee: "every schedule",
    });
  });

  test("can be stopped by who watches it", () => {
    const result = exploreProgram(increments(2), dfs(), {
      stopWhen: ({ failure }) => failure !== undefined,
    });
    expect(result).toMatchObject({ schedules: 2, complete: false, failures: [{ count: 1 }] });
  });

  test("can be made run by run, and asked at any time", () => {
    const explorer = new Explorer(increments(2), dfs());
    const seen = [explorer.result().guarantee];
    while (explorer.advance()) seen.push(explorer.result().guarantee);
    expect(seen[0]).toBe("0 schedules, short of every schedule");
    expect(seen.at(-1)).toBe("6 schedules, short of every schedule");
    expect(explorer.advance()).toBe(false);
    expect(explorer.result()).toEqual(exploreProgram(increments(2), dfs()));
  });

  test("is plain data", () => {
    const result = exploreProgram(increments(2), dfs());
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
