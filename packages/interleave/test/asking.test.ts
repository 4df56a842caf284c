/**
 * Threads that ask at their points whether they keep their turn, against the same ones stopped at
 * each: runs, their order and their ends must be the same.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bounded,
  dfs,
  dpor,
  exploreProgram,
  type Program,
  type ProgramPassing,
  random,
  type Strategy,
  type ThreadSpec,
} from "../src/index.ts";
import { anyCode, holdsApart, holdsDepend, machineProgram, PIECES } from "./machine.ts";

const STRATEGIES: readonly Strategy[] = [
  dfs(),
  bounded(1),
  random(5, 20),
  dpor({ dependent: holdsDepend, apart: holdsApart }),
];

interface Asked {
  readonly program: Program<unknown>;
  /** How often a thread went on, and how often it was stopped. */
  readonly count: { goesOn: number; stops: number };
}

/** The same program, whose threads yield a point only where they lose their turn. */
function asking<S>(program: Program<S>): Asked {
  const passing: ProgramPassing = { left: 0, points: [], scheduler: null };
  const count = { goesOn: 0, stops: 0 };
  const goesOver = (point: ProgramPassing["points"][number]): boolean => {
    if (passing.left === 0) return point !== null && passing.scheduler?.goesOn(point) === true;
    passing.left--;
    passing.points.push(point);
    return true;
  };
  const next = ({ run }: ThreadSpec): ReturnType<ThreadSpec["run"]["next"]> => {
    for (;;) {
      const step = run.next();
      if (step.done) return step;
      if (!goesOver(step.value)) {
        count.stops++;
        return step;
      }
      count.goesOn++;
    }
  };
  return {
    program: {
      ...(program as Program<unknown>),
      threads: (state) =>
        program
          .threads(state as S)
          .map((thread) => ({ name: thread.name, run: { next: () => next(thread) } })),
      passing: () => passing,
    },
    count,
  };
}

function found(program: Program<unknown>, strategy: Strategy): unknown {
  const runs: unknown[] = [];
  const result = exploreProgram(program, strategy, {
    maxSteps: 12,
    onRun: (run) => runs.push([run.schedule(), run.steps, run.outcome, run.failure]),
  });
  return { result, runs };
}

describe.each(Object.keys(PIECES))("random programs with %s", (pieces) => {
  test.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
    "%s finds the same, run by run",
    (_, strategy) => {
      fc.assert(
        fc.property(anyCode(...PIECES[pieces]), (code) => {
          const stepped = machineProgram(code) as Program<unknown>;
          expect(found(asking(stepped).program, strategy)).toEqual(found(stepped, strategy));
        }),
        { seed: 7, numRuns: 60 },
      );
    },
  );
});

test("a thread stops only where it loses its turn", () => {
  const { program, count } = asking(machineProgram([Array(5).fill("w x"), Array(5).fill("w y")]));
  exploreProgram(program, bounded(0), { max: 1 });
  // Each stops at its first point: what comes before it is no step.
  expect(count).toEqual({ goesOn: 8, stops: 2 });
});

test("what a relation throws is no failure of the thread that asks", () => {
  const { program } = asking(machineProgram([["w x", "w x"], ["w x"]]));
  const dependent = (): boolean => {
    throw new RangeError("no relation");
  };
  expect(() => exploreProgram(program, dpor({ dependent }))).toThrow("no relation");
});

test("a program with an invariant is stopped at each step", () => {
  const { program, count } = asking(machineProgram([["w x", "w x"], ["w x"]]));
  exploreProgram({ ...program, invariant: () => undefined }, dfs());
  expect(count.goesOn).toBe(0);
});
