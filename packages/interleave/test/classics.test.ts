/** What is known of the classic programs: how many schedules they have, and which of them fail. */
import { describe, expect, test } from "vitest";
import { bounded, dfs, dpor, exploreProgram, type Program, sameObject } from "../src/index.ts";
import { bruteForce } from "./brute-force.ts";
import {
  boundedBuffer,
  increments,
  peterson,
  philosophers,
  strangers,
  unlockedAdd,
} from "./classics.ts";

const READ = 0;
const reduced = dpor({ dependent: sameObject([READ]) });

/** Outcomes with their counts, and failures with theirs. */
function countsOf<S>(program: Program<S>, strategy = dfs()): Record<string, number> {
  const { outcomes, failures } = exploreProgram(program, strategy);
  return Object.fromEntries([
    ...outcomes.map(({ outcome, count }) => [outcome, count]),
    ...failures.map(({ kind, message, count }) => [`${kind}: ${message}`, count]),
  ]);
}

describe("unlocked increments", () => {
  test("two: 6 schedules, and 4 lose one", () => {
    expect(countsOf(increments(2))).toEqual({ 2: 2, 1: 4, "final: an increment is lost": 4 });
  });

  test("three: 90 schedules, of which only the 6 serial ones lose nothing", () => {
    const counts = countsOf(increments(3));
    expect(counts[1] + counts[2] + counts[3]).toBe(90);
    expect(counts[3]).toBe(6);
  });

  test("without a preemption nothing is lost, with one it is", () => {
    expect(countsOf(increments(2), bounded(0))).toEqual({ 2: 2 });
    expect(countsOf(increments(2), bounded(1))).toHaveProperty(["final: an increment is lost"]);
  });
});

describe("threads that share nothing", () => {
  test.each([
    [[1, 1], 2], // 2! / (1! 1!)
    [[2, 3], 10], // 5! / (2! 3!)
    [[2, 2, 2], 90], // 6! / (2! 2! 2!)
    [[1, 2, 3, 1], 420], // 7! / (1! 2! 3! 1!)
    [[4, 4, 1], 630], // 9! / (4! 4! 1!)
  ])("of %j steps have %i schedules, all of one class", (lengths, count) => {
    expect(countsOf(strangers(...lengths))).toEqual({ done: count });
    expect(countsOf(strangers(...lengths), dpor())).toEqual({ done: 1 });
  });
});

test("long runs are of one class as well", () => {
  expect(exploreProgram(strangers(100, 100), dpor())).toMatchObject({
    schedules: 1,
    steps: 200,
    cut: 0,
  });
});

describe("2 steps against 16", () => {
  test("153 schedules, and 129 lose an update", () => {
    const all = exploreProgram(unlockedAdd(), dfs());
    expect(all.schedules).toBe(153); // 18 choose 2
    expect(all.failures).toMatchObject([
      { kind: "final", message: "an update is lost", count: 129 },
    ]);
  });

  test("dpor finds the same outcomes in 25 schedules", () => {
    const outcomes = ({ outcomes }: { outcomes: ReadonlyArray<{ outcome: string }> }): string[] =>
      outcomes.map(({ outcome }) => outcome);
    const few = exploreProgram(unlockedAdd(), reduced);
    expect(few.schedules).toBe(25);
    expect(few.cut).toBe(0);
    expect(outcomes(few)).toEqual(outcomes(exploreProgram(unlockedAdd(), dfs())));
  });
});

describe("Peterson's lock", () => {
  test("lets one thread in at a time, in every schedule", () => {
    const all = exploreProgram(peterson(true), dfs());
    expect(all.failures).toEqual([]);
    expect(all.schedules).toBe(bruteForce({ ...peterson(true), outcome: String }).length);
  });

  test("lets both in when the turn is given away before the flag is up", () => {
    expect(countsOf(peterson(false))).toHaveProperty(["invariant: two threads are in the room"]);
  });
});

describe("two locks", () => {
  const abba = philosophers(2, false);
  const waits = "deadlock: p0 waits for fork 1, p1 waits for fork 0";

  test("taken crosswise: 6 schedules, and 2 of them deadlock", () => {
    expect(countsOf(abba)).toEqual({ done: 4, [waits]: 2 });
  });

  test("dpor finds the deadlock too, and one preemption is enough for it", () => {
    expect(countsOf(abba, dpor())).toEqual({ done: 2, [waits]: 1 });
    expect(countsOf(abba, bounded(0))).toEqual({ done: 2 });
    expect(countsOf(abba, bounded(1))).toHaveProperty([waits]);
  });
});

describe("dining philosophers", () => {
  test.each([2, 3, 4])("%i of them can all wait for their right-hand neighbour", (count) => {
    const { failures } = exploreProgram(philosophers(count, false), dpor());
    const message = Array.from(
      { length: count },
      (_, id) => `p${id} waits for fork ${(id + 1) % count}`,
    ).join(", ");
    expect(failures).toMatchObject([{ kind: "deadlock", message, count: 1 }]);
  });

  test.each([2, 3, 4])("%i of them never do when the last one begins on the right", (count) => {
    const result = exploreProgram(philosophers(count, true), dpor());
    expect(result).toMatchObject({ complete: true, failures: [] });
  });

  test("three have as many schedules as brute force finds", () => {
    for (const ordered of [false, true]) {
      const program = philosophers(3, ordered);
      const all = bruteForce({ ...program, outcome: String });
      expect(exploreProgram(program, dfs()).schedules).toBe(all.length);
    }
  });
});

describe("bounded buffer", () => {
  test.each([
    [1, 5, 1], // put and take have to alternate
    [2, 5, 16], // paths between 0 and 2: 2^(n-1)
    [5, 5, 42], // no bound that matters: Catalan numbers
  ])("of %i, with %i items: %i schedules, and all items in order", (capacity, items, schedules) => {
    expect(countsOf(boundedBuffer(capacity, items))).toEqual({ 12345: schedules });
  });
});
