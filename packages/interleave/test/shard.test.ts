/**
 * Shards: dealt out, run apart, merged in any order, and the same as the whole.
 *
 *     shard 1 of 3   aab..  aba..  baa..        prefixes of a given depth,
 *     shard 2 of 3     aac..  abb..  bab..      round-robin, in the order of dfs
 *     shard 3 of 3       aad..  ...
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bounded,
  dfs,
  dpor,
  type Exploration,
  exploreProgram,
  mergeResults,
  type Program,
  pct,
  random,
  type Strategy,
  shard,
  totalOf,
} from "../src/index.ts";
import { increments, philosophers, strangers, unlockedAdd } from "./classics.ts";
import { anyCode, machineProgram, PIECES, readsCommute } from "./machine.ts";

function schedulesOf<S>(program: Program<S>, strategy: Strategy, part?: [number, number, number]) {
  const schedules: string[] = [];
  exploreProgram(program, strategy, {
    onRun: (run) => schedules.push(run.schedule()),
    ...(part && { shard: shard(...part) }),
  });
  return schedules;
}

/** All shards of an exploration, in order. */
const shardsOf = <S>(
  program: Program<S>,
  strategy: Strategy,
  count: number,
  depth?: number,
): Exploration[] =>
  Array.from({ length: count }, (_, index) =>
    exploreProgram(program, strategy, { shard: shard(index, count, depth) }),
  );

const strategies: ReadonlyArray<readonly [string, Strategy]> = [
  ["dfs", dfs()],
  ["bounded(2)", bounded(2)],
  ["random", random(5, 100)],
  ["pct", pct(5, 3, 100)],
];

describe.each(strategies)("%s", (_name, strategy) => {
  const anyDeal = fc.tuple(fc.integer({ min: 2, max: 5 }), fc.nat({ max: 6 }));

  test("its shards run what the whole runs, and nothing twice", () => {
    fc.assert(
      fc.property(anyCode(...PIECES.mutexes), anyDeal, (code, [count, depth]) => {
        const program = machineProgram(code);
        const parts = Array.from({ length: count }, (_, index) =>
          schedulesOf(program, strategy, [index, count, depth]),
        );
        expect(parts.flat().sort()).toEqual(schedulesOf(program, strategy).sort());
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test("its shards add up to the whole", () => {
    const parts = shardsOf(unlockedAdd(), strategy, 4);
    const whole = exploreProgram(unlockedAdd(), strategy);
    const total = totalOf(parts);
    expect(total.schedules).toBe(whole.schedules);
    expect(total.complete).toBe(true);
    expect(total.guarantee).toBe(whole.guarantee);
    const counts = ({ outcomes }: Exploration): object[] =>
      outcomes.map(({ outcome, count }) => ({ outcome, count }));
    expect(counts(total)).toEqual(counts(whole));
    expect(total.failures).toMatchObject([{ count: whole.failures[0].count }]);
  });
});

describe("dpor", () => {
  const reduced = dpor({ dependent: readsCommute });

  test("its shards miss no outcome that the whole has, and run no schedule twice", () => {
    fc.assert(
      fc.property(anyCode(...PIECES.mutexes), fc.nat({ max: 6 }), (code, depth) => {
        const program = machineProgram(code);
        const whole = exploreProgram(program, reduced);
        const total = totalOf(shardsOf(program, reduced, 3, depth));
        const texts = ({ outcomes, failures }: Exploration): string[] => [
          ...outcomes.map(({ outcome }) => outcome),
          ...failures.map(({ message }) => message),
        ];
        expect(texts(total)).toEqual(texts(whole));
        const parts = [0, 1, 2].flatMap((index) =>
          schedulesOf(program, reduced, [index, 3, depth]),
        );
        expect(new Set(parts).size).toBe(parts.length);
      }),
      { seed: 2, numRuns: 40 },
    );
  });
});

describe("a deal", () => {
  test("gives every shard a share", () => {
    const shares = shardsOf(unlockedAdd(), dfs(), 4).map(({ schedules }) => schedules);
    expect(shares).toEqual([72, 27, 27, 27]);
  });

  test("with more shards than prefixes leaves some empty, and they are complete", () => {
    const parts = shardsOf(increments(2), dfs(), 8);
    expect(parts.map(({ schedules }) => schedules)).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
    expect(parts[7]).toMatchObject({ complete: true, guarantee: "shard 8 of 8 of every schedule" });
  });

  test("of one is the whole", () => {
    const whole = exploreProgram(increments(2), dfs());
    expect(exploreProgram(increments(2), dfs(), { shard: shard(0, 1) })).toEqual(whole);
  });

  test.each([
    [() => shard(0, 0), "shard: count must be an integer from 1 up, got 0"],
    [() => shard(3, 3), "shard: index must be an integer from 0 to 2, got 3"],
    [() => shard(-1, 3), "shard: index must be an integer from 0 to 2, got -1"],
    [() => shard(0, 3, -1), "shard: depth must be an integer from 0 up, got -1"],
  ])("refuses %s", (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });
});

describe("merging", () => {
  const parts = [
    ...shardsOf(increments(3), dfs(), 3),
    ...shardsOf(philosophers(3, false), bounded(1), 2),
  ];
  const anyParts = fc.subarray(parts);

  test("is set union: any order, any grouping, any number of times", () => {
    fc.assert(
      fc.property(anyParts, anyParts, anyParts, (a, b, c) => {
        const ab = mergeResults(a, b);
        expect(mergeResults(b, a)).toEqual(ab);
        expect(mergeResults(mergeResults(c, a), b)).toEqual(mergeResults(a, mergeResults(b, c)));
        expect(mergeResults(ab, a)).toEqual(ab);
        expect(new Set(ab)).toEqual(new Set([...a, ...b]));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test("knows a result again that was written and read, its fields in another order", () => {
    const read = JSON.parse(JSON.stringify(parts[0])) as Exploration;
    const reversed = Object.fromEntries(Object.entries(read).reverse()) as unknown as Exploration;
    expect(mergeResults([parts[0]], [reversed])).toHaveLength(1);
  });

  test("goes by identity: one program under two names, and two programs of one name", () => {
    const named = (name: string, identity: string): Exploration =>
      exploreProgram({ ...increments(2), name, identity }, dfs());
    const [a, b] = [named("a", "same"), named("b", "same")];
    expect(mergeResults([b], [a])).toEqual([a]);
    expect(totalOf([b, a])).toEqual(a);
    expect(mergeResults([a], [named("a", "other")])).toHaveLength(2);
    expect(() => totalOf([a, named("a", "other")])).toThrow(/^totalOf: wanted shards of a, dfs/);
  });

  test("refuses another result for the same key", () => {
    const forged = { ...parts[1], schedules: parts[1].schedules + 1 };
    expect(() => mergeResults(parts, [forged])).toThrow(
      new RangeError(
        "mergeResults: wanted one result for 3 increments, dfs, in 3 by 8 choices: shard 2 of 3, " +
          "got two that differ",
      ),
    );
  });
});

describe("a total", () => {
  const parts = shardsOf(increments(3), dfs(), 3);

  test("is the same in any order, down to the schedules that it shows", () => {
    expect(totalOf([...parts].reverse())).toEqual(totalOf(parts));
    expect(totalOf([...parts, parts[1]])).toEqual(totalOf(parts));
  });

  test("without one of the shards, or with one stopped early, is not complete", () => {
    const [first, second, third] = parts;
    expect(totalOf([first, third])).toMatchObject({
      complete: false,
      guarantee: `${first.schedules + third.schedules} schedules, short of every schedule`,
    });
    const stopped = exploreProgram(increments(3), dfs(), { shard: shard(1, 3), max: 2 });
    expect(totalOf([first, stopped, third]).complete).toBe(false);
    expect(totalOf([first, second, third]).complete).toBe(true);
  });

  test("of nothing, or of different explorations, is refused", () => {
    expect(() => totalOf([])).toThrow(
      new RangeError("totalOf: wanted at least one shard, got none"),
    );
    expect(() => totalOf([parts[0], exploreProgram(strangers(2, 2), dfs())])).toThrow(
      new RangeError(
        "totalOf: wanted shards of 3 increments, dfs, in 3 by 8 choices, got strangers of 2, 2 " +
          "steps, dfs, in 1 by 0 choices: shard 1 of 1",
      ),
    );
  });
});
