/**
 * D1 on bare counters: exec's unlocked charge against faults, every schedule (SPEC §1.7, App. C).
 *
 *     exec     load 10 .................................. store 13
 *     fault            lock, load, store, unlock, four times           17 was wanted
 */
import { dfs, type Exploration, exploreProgram } from "@forkpath/interleave";
import { describe, expect, test } from "vitest";
import { execCharge, type Litmus } from "../src/index.ts";
import { reduced } from "./litmus-files.ts";

const failed = ({ failures }: Exploration): number =>
  failures.reduce((sum, { count }) => sum + count, 0);
const endings = ({ outcomes }: Exploration): string[] => outcomes.map(({ outcome }) => outcome);

test("as shipped, 129 of 153 schedules lose an update", () => {
  const all = exploreProgram(execCharge(), dfs());
  expect(all).toMatchObject({ schedules: 153, complete: true, guarantee: "every schedule" });
  expect(failed(all)).toBe(129);
  expect(all.outcomes.map(({ outcome, count }) => `${outcome}: ${count}`)).toEqual([
    "_anon_rss 13: 6",
    "_anon_rss 14: 53",
    "_anon_rss 15: 29",
    "_anon_rss 16: 41",
    "_anon_rss 17: 24",
  ]);
});

test.each([
  ["under the lock", execCharge({ takesLock: true }), 5],
  ["with atomic counters", execCharge({ split: true }), 13],
  ["with atomic counters, cured or not", execCharge({ split: true, takesLock: true }), 13],
])("%s no schedule loses anything", (_name, litmus, schedules) => {
  const all = exploreProgram(litmus, dfs());
  expect(all).toMatchObject({ schedules, complete: true, failures: [] });
});

test("one charge and one fault lose what SPEC §1.7 says: 103 where 104 was wanted", () => {
  const all = exploreProgram(execCharge({ faults: 1 }), dfs());
  // fault's 11, exec's 13, or both: 14
  expect(endings(all)).toEqual(["_anon_rss 11", "_anon_rss 13", "_anon_rss 14"]);
});

describe("dpor", () => {
  test("ends as dfs does, with at least five times fewer schedules", () => {
    const every = exploreProgram(execCharge(), dfs());
    const few = exploreProgram(execCharge(), reduced);
    expect(endings(few)).toEqual(endings(every));
    expect(few.complete).toBe(true);
    expect(few.schedules * 5).toBeLessThanOrEqual(every.schedules);
  });

  test.each<[string, Litmus]>([
    ["cured", execCharge({ takesLock: true })],
    ["split", execCharge({ split: true })],
  ] as unknown as [string, Litmus][])("loses nothing either when %s", (_name, litmus) => {
    expect(exploreProgram(litmus, reduced)).toMatchObject({ complete: true, failures: [] });
  });
});
