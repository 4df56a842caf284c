/**
 * The exhaustive strategies against brute force, on random programs.
 *
 *     t0: r x, w x      dfs          all 6 schedules, in the order of their threads
 *     t1: r x, w x      bounded(0)   2 of them: one thread after the other
 *                       dpor         4, one a class: the two reads commute
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bounded,
  dfs,
  dpor,
  exploreProgram,
  failureKey,
  type Program,
  replay,
  type Strategy,
} from "../src/index.ts";
import { bruteForce, classOf, countEnds, endOf, type Run } from "./brute-force.ts";
import { anyCode, holdsApart, holdsDepend, machineProgram, PIECES } from "./machine.ts";

/** What a strategy runs: who took each step, and how it ended. */
type Ran = Pick<Run, "order" | "end">;

function runsOf<S>(program: Program<S>, strategy: Strategy): Ran[] {
  const runs: Ran[] = [];
  exploreProgram(program, strategy, {
    onRun: (run) => {
      const { steps } = replay(program, run.schedule());
      runs.push({ order: steps.map(({ thread }) => thread), end: endOf(run) });
    },
  });
  return runs;
}

const orderAndEnd = ({ order, end }: Ran): Ran => ({ order, end });
const reduced = dpor({ dependent: holdsDepend, apart: holdsApart });

test("the picture above: 6 schedules, 2 without a preemption, 4 classes", () => {
  const increments = machineProgram([
    ["r x", "w x"],
    ["r x", "w x"],
  ]);
  const orders = (strategy: Strategy): string[] =>
    runsOf(increments, strategy).map(({ order }) => order.join(""));
  expect(orders(dfs())).toEqual(["0011", "0101", "0110", "1001", "1010", "1100"]);
  expect(orders(bounded(0))).toEqual(["0011", "1100"]);
  expect(orders(reduced).sort()).toEqual(["0011", "0101", "0110", "1100"]);
});

describe.each(Object.keys(PIECES))("random programs with %s", (pieces) => {
  const code = anyCode(...PIECES[pieces]);

  test("dfs runs what brute force runs, in the same order, and counts its ends", () => {
    fc.assert(
      fc.property(code, (threads) => {
        const program = machineProgram(threads);
        const all = bruteForce(program);
        expect(runsOf(program, dfs())).toEqual(all.map(orderAndEnd));
        const { schedules, steps, outcomes, complete } = exploreProgram(program, dfs());
        expect(complete).toBe(true);
        expect(schedules).toBe(all.length);
        expect(steps).toBe(all.reduce((sum, { order }) => sum + order.length, 0));
        const ends = countEnds(all);
        for (const { outcome, count } of outcomes) expect(count).toBe(ends[outcome]);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  test("bounded runs those with so few preemptions, in the same order", () => {
    fc.assert(
      fc.property(code, fc.integer({ min: 0, max: 3 }), (threads, preemptions) => {
        const program = machineProgram(threads);
        const few = bruteForce(program).filter((run) => run.preemptions <= preemptions);
        expect(runsOf(program, bounded(preemptions))).toEqual(few.map(orderAndEnd));
      }),
      { seed: 2, numRuns: 25 },
    );
  });

  test("dpor runs one schedule of each class, and misses no end", () => {
    fc.assert(
      fc.property(code, (threads) => {
        const program = machineProgram(threads);
        const all = bruteForce(program);
        const ran = runsOf(program, reduced);
        expect(new Set(ran.map(({ end }) => end))).toEqual(new Set(all.map(({ end }) => end)));

        // A throw ends a run early: it splits classes, so that a few more runs are needed. Of two
        // threads, holds that are apart come in one order only, and now and then in both.
        if (pieces === "throws" || pieces === "holds") return;
        const byOrder = new Map(all.map((run) => [run.order.join(), run]));
        const classes = ran.map(({ order }) =>
          classOf(byOrder.get(order.join())!.steps, holdsDepend),
        );
        expect(new Set(classes).size).toBe(classes.length);
        expect(new Set(classes)).toEqual(
          new Set(all.map(({ steps }) => classOf(steps, holdsDepend))),
        );
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

/** 12,000 programs in all. */
test.each(Object.keys(PIECES))("dpor misses no end of 2,000 programs with %s", (pieces) => {
  fc.assert(
    fc.property(anyCode(...PIECES[pieces]), (threads) => {
      const program = machineProgram(threads);
      const { outcomes, failures } = exploreProgram(program, reduced);
      const shown = [...outcomes.map(({ outcome }) => outcome), ...failures.map(failureKey)];
      const ends = new Set(bruteForce(program).map(({ end }) => end));
      expect(shown.sort()).toEqual([...ends].sort());
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test.each([
  ["of two threads come in one order", [], 1],
  ["of three threads come in every order", ["L m", "w z", "U m"], 6],
])("holds of one lock that have nothing in common %s", (_, third, schedules) => {
  const threads = [["L m", "w x", "U m"], ["L m", "w y", "U m"], third];
  const program = machineProgram(threads.filter(({ length }) => length > 0));
  expect(runsOf(program, reduced)).toHaveLength(schedules);
  expect(runsOf(program, dpor({ dependent: holdsDepend })).length).toBeGreaterThan(1);
});

test("a step that a hold keeps away from another one of the same lock may come before it", () => {
  const program = machineProgram([
    ["L m", "w y", "U m"],
    ["L m", "U m", "w y"],
  ]);
  const ends = (runs: readonly Ran[]): Set<string> => new Set(runs.map(({ end }) => end));
  expect(ends(runsOf(program, reduced))).toEqual(ends(bruteForce(program)));
  expect(ends(bruteForce(program)).size).toBe(2);
});

test("dpor sees by itself that a step wakes another thread, where no other step could", () => {
  const code = anyCode(...PIECES.variables, ["? f"], ["? g"], ["h f"], ["h g"]).filter((threads) =>
    ["h f", "h g"].every((hidden) => threads.flat().filter((one) => one === hidden).length < 2),
  );
  fc.assert(
    fc.property(code, (threads) => {
      const program = machineProgram(threads);
      const ends = (runs: readonly Ran[]): Set<string> => new Set(runs.map(({ end }) => end));
      expect(ends(runsOf(program, reduced))).toEqual(ends(bruteForce(program)));
    }),
    { seed: 4, numRuns: 100 },
  );
});
