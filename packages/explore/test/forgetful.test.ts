/** Points that must tell what their steps touch: each with a litmus that loses an ending else. */
import { exploreProgram } from "@forkpath/interleave";
import { makePoint, PointKind, type SchedulePoint } from "@forkpath/sync";
import { expect, test } from "vitest";
import type { Litmus, LitmusThread, ScenarioState } from "../src/index.ts";
import { endingOf } from "./endings/check.ts";
import { litmusFile, litmusOf, reduced } from "./litmus-files.ts";

interface Case {
  readonly about: string;
  readonly machine: string;
  readonly left: string;
  readonly right: string;
  readonly isForgotten: (point: SchedulePoint) => boolean;
}

const CASES: readonly Case[] = [
  {
    about: "whether reclaim finds the area locked",
    machine: "kernel: v6.18, swap: 1M",
    left: "{ mlock: P heap 0 }",
    right: "{ reclaim: P heap 0 }",
    isForgotten: ({ parts, kind, of }) =>
      parts === undefined && kind === PointKind.STORE && of.kind === "entry",
  },
  {
    about: "whether a fault finds its neighbour's page locked",
    machine: "kernel: v6.18",
    left: "{ read: P library 0 }",
    right: "[{ migrateBegin: Q library 1 }, { migrateEnd: true }]",
    isForgotten: ({ parts, of }) => parts === undefined && of.kind === "entry",
  },
  {
    about: "which page fills a CPU's batch",
    machine: "kernel: v6.18",
    left: "{ write: P fresh 0..3 }",
    right: "{ write: Q fresh 28..31 }",
    isForgotten: ({ reads = [], parts = [] }) =>
      [...reads, ...parts].some((part) => Array.isArray(part)),
  },
  {
    about: "which page set out first",
    machine: "swap: 1M",
    left: "{ migrateBegin: P heap 0 }",
    right: "{ migrateBegin: Q heap 0 }",
    isForgotten: ({ of }) => of.field === "migrations",
  },
];

/** Endings with every point, and with some untold. */
function expectLoss(litmus: Litmus<ScenarioState>, isForgotten: Case["isForgotten"]): void {
  const all = endingsOf(litmus);
  const few = endingsOf(untold(litmus, isForgotten));
  expect(few.length).toBeLessThan(all.length);
  expect(all).toEqual(expect.arrayContaining([...few]));
}

const litmusWith = ({ machine, left, right }: Case) =>
  litmusOf(`
machine: { memory: 16M, ${machine} }
processes:
  P: &process
    mappings:
      heap: { size: 2 pages, written: 1 page }
      fresh: { size: 32 pages }
      library: { kind: file, file: /library, size: 2 pages, read: all }
  Q: *process
steps:
  - { madvise: P library, advice: dontneed }
  - { write: Q fresh 0..23 }
threads:
  left: ${left}
  right: ${right}
`);

/** The litmus, whose threads do not tell what those steps touch. */
function untold(litmus: Litmus<ScenarioState>, isUntold: Case["isForgotten"]): typeof litmus {
  const { passing: _, ...stepped } = litmus; // each point is looked at
  return {
    ...stepped,
    threads: (state) =>
      litmus.threads(state).map(({ name, run }): LitmusThread => {
        const next = (): IteratorResult<SchedulePoint, unknown> => {
          const step = run.next();
          if (step.done || !isUntold(step.value)) return step;
          const { kind, of, label } = step.value;
          return { done: false, value: makePoint(kind, {}, of, label) };
        };
        return { name, run: { next } };
      }),
  };
}

function endingsOf(litmus: Litmus<ScenarioState>): readonly string[] {
  const program = { ...litmus, outcome: (state: ScenarioState) => endingOf(litmus, state) };
  const found = exploreProgram(program, reduced, { max: 3000 });
  expect(found.complete).toBe(true);
  return found.outcomes.map(({ outcome }) => outcome);
}

test.each(CASES)("where no point tells $about, an ending is lost", (one) => {
  expectLoss(litmusWith(one), one.isForgotten);
});

test("where no point tells of promises, a fork and a claim are refused in too few ways", () => {
  const litmus = litmusFile("n10-fault-during-fork", { everywhere: true });
  expectLoss(litmus, ({ of }) => of.field === "vm_committed_as");
});
