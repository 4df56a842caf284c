/**
 * Random threads on bare counters: what the strategies and the monitors promise, held against all
 * schedules.
 */
import { addMmCounter, MmCounter } from "@forkpath/counters";
import { dfs, type Exploration, exploreProgram } from "@forkpath/interleave";
import { spinLock, spinUnlock } from "@forkpath/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CounterLitmusState,
  type CounterThread,
  counterLitmus,
  happensBefore,
  type Litmus,
  lockset,
  observe,
} from "../src/index.ts";
import { reduced } from "./litmus-files.ts";
import { recordAll, recordOne } from "./recorder.ts";

/** Adds, one after the other. */
interface Add {
  readonly pages: number;
  readonly isLocked: boolean;
}
type Code = readonly (readonly Add[])[];

const anyAdd = fc.record({ pages: fc.integer({ min: 1, max: 9 }), isLocked: fc.boolean() });
const anyCode: fc.Arbitrary<Code> = fc.array(fc.array(anyAdd, { minLength: 1, maxLength: 2 }), {
  minLength: 2,
  maxLength: 3,
});
const anyBuild = fc.boolean();

const threadOf = (adds: readonly Add[]): CounterThread =>
  function* addAll({ sync, counters, pageTableLock }) {
    for (const { pages, isLocked } of adds) {
      if (isLocked) yield* spinLock(sync, pageTableLock, "add");
      yield* addMmCounter(sync, counters, MmCounter.ANON_RSS, pages);
      if (isLocked) yield* spinUnlock(sync, pageTableLock, "add");
    }
  };

function litmusOf(code: Code, split: boolean): Litmus<CounterLitmusState> {
  const sum = code.flat().reduce((total, { pages }) => total + pages, 0);
  const threads = Object.fromEntries(code.map((adds, index) => [`t${index}`, threadOf(adds)]));
  return counterLitmus({
    name: "any",
    title: "any",
    split,
    anonRss: 0,
    finalAnonRss: sum,
    threads,
  });
}

const LIMIT = { max: 20_000 };
const endings = ({ outcomes }: Exploration): string[] => outcomes.map(({ outcome }) => outcome);

test("dpor ends in all the ways that dfs does, and in no others", () => {
  fc.assert(
    fc.property(anyCode, anyBuild, (code, split) => {
      const every = exploreProgram(litmusOf(code, split), dfs(), LIMIT);
      fc.pre(every.complete);
      const few = exploreProgram(litmusOf(code, split), reduced);
      expect(endings(few)).toEqual(endings(every));
      expect(few.schedules).toBeLessThanOrEqual(every.schedules);
    }),
    { seed: 1, numRuns: 40 },
  );
});

test("where the monitors are silent in one schedule, no schedule loses anything", () => {
  fc.assert(
    fc.property(anyCode, anyBuild, (code, split) => {
      const litmus = litmusOf(code, split);
      const { failures, complete } = exploreProgram(litmus, dfs(), LIMIT);
      fc.pre(complete);
      const [{ schedule }] = recordAll(litmus, dfs(), 1);
      const { findings } = observe(litmus, schedule, { monitors: [lockset(), happensBefore()] });
      if (findings.length === 0) expect(failures).toEqual([]);
      if (failures.length > 0) expect(findings.map(({ monitor }) => monitor)).toContain("lockset");
    }),
    { seed: 2, numRuns: 60 },
  );
});

test("each schedule that is recorded replays to the same events", () => {
  fc.assert(
    fc.property(anyCode, anyBuild, (code, split) => {
      const litmus = litmusOf(code, split);
      for (const recording of recordAll(litmus, dfs(), 20)) {
        expect(recordOne(litmus, recording.schedule)).toEqual(recording);
      }
    }),
    { seed: 3, numRuns: 20 },
  );
});
