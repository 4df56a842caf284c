/**
 * Workers on one shard, which take prefixes as they get to them: together they run what one worker
 * runs, whoever takes which prefix, and however many they are.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bounded,
  type Claims,
  dfs,
  dpor,
  type Exploration,
  Explorer,
  exploreProgram,
  joinShares,
  type Program,
  type Strategy,
  shard,
} from "../src/index.ts";
import { increments, unlockedAdd } from "./classics.ts";
import { anyCode, machineProgram, PIECES, readsCommute } from "./machine.ts";

const DEPTH = 3;

/** Lets workers make runs in any order: the numbers say which one makes the next. */
function work(
  program: Program<unknown>,
  strategy: Strategy,
  workers: number,
  order: readonly number[],
  room = 1000,
): { joined: Exploration; shares: number[] } {
  const taken = new Int32Array(room);
  const part = { ...shard(0, 2, DEPTH), index: 0, count: 1 };
  const explorers = Array.from({ length: workers }, (_, worker) => {
    const claims: Claims = { taken, worker, workers };
    return new Explorer(program, strategy, { shard: part, claims });
  });
  for (const one of order) explorers[one % workers].advance();
  for (const explorer of explorers) while (explorer.advance());
  const shares = explorers.map((explorer) => explorer.share());
  return { joined: joinShares(shares), shares: shares.map((one) => one.exploration.schedules) };
}

const STRATEGIES: readonly (readonly [string, Strategy])[] = [
  ["dfs", dfs()],
  ["bounded(2)", bounded(2)],
  ["dpor", dpor({ dependent: readsCommute })],
];

describe.each(STRATEGIES)("%s", (name, strategy) => {
  test("workers find the same together, in whatever order they work", () => {
    const anyOrder = fc.array(fc.nat({ max: 3 }), { maxLength: 60 });
    fc.assert(
      fc.property(
        anyCode(...PIECES.mutexes),
        anyOrder,
        fc.integer({ min: 2, max: 4 }),
        (...all) => {
          const [code, order, workers] = all;
          const program = machineProgram(code) as Program<unknown>;
          const alone = work(program, strategy, 1, []).joined;
          const found = work(program, strategy, workers, order).joined;
          expect(found).toEqual(alone);
          const whole = exploreProgram(program, strategy);
          expect(found.outcomes.map(({ outcome }) => outcome)).toEqual(
            whole.outcomes.map(({ outcome }) => outcome),
          );
          if (name !== "dpor") expect(found.schedules).toBe(whole.schedules);
        },
      ),
      { seed: 7, numRuns: 30 },
    );
  });
});

test("a worker that comes late finds little left, and one alone takes all", () => {
  const program = unlockedAdd() as Program<unknown>;
  expect(work(program, dfs(), 2, []).shares).toEqual([153, 0]);
  const turns = Array.from({ length: 200 }, (_, at) => at);
  expect(Math.min(...work(program, dfs(), 2, turns).shares)).toBeGreaterThan(20);
});

test("with more prefixes than room to note them, the rest is dealt in turn", () => {
  const program = increments(3) as Program<unknown>;
  const { joined, shares } = work(program, dfs(), 2, [], 1);
  expect(joined.schedules).toBe(90);
  expect(Math.min(...shares)).toBeGreaterThan(10);
});

test("shares of nothing, or of different explorations, are refused", () => {
  expect(() => joinShares([])).toThrow("joinShares: wanted a worker's share, got none");
  const of = (count: number) => new Explorer(increments(count), dfs()).share();
  expect(() => joinShares([of(2), of(3)])).toThrow(/^joinShares: wanted shares of 2 increments/);
});
