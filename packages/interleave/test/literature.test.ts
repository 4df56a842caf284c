/** Optimal reduction, on programs whose classes are known: one run for each, and none cut. */
import { describe, expect, test } from "vitest";
import { dpor, exploreProgram, type Program } from "../src/index.ts";
import { filesystem, indexer, lastzero, readers, readsCommute, unlockFirst } from "./literature.ts";

const reduced = dpor({ dependent: readsCommute, forced: unlockFirst });

/** Within so many milliseconds on a machine that does nothing else; tests share theirs. */
const PATIENCE = 60_000;

const TABLE: readonly (readonly [Program<never>, number])[] = [
  [readers(13), 2 ** 13],
  [lastzero(10), 13 * 2 ** 8], // (n + 3) 2^(n - 2)
  [lastzero(15), 18 * 2 ** 13],
  [indexer(11), 1], // no two messages meet
  [indexer(12), 2 ** 3],
  [indexer(15), 2 ** 12],
  [filesystem(13), 1], // no two inodes begin at one block
  [filesystem(14), 2],
  [filesystem(20), 2 ** 7],
] as never;

describe.each(TABLE.map(([program, classes]) => ({ program, classes })))(
  "$program.name",
  ({ program, classes }) => {
    test(`${classes} classes, and as many runs`, { timeout: PATIENCE }, () => {
      const { schedules, cut, complete } = exploreProgram(program, reduced);
      expect([schedules, cut, complete]).toEqual([classes, 0, true]);
    });
  },
);

test("an unlock that is not told of costs runs that are cut, and finds no more", () => {
  const told = exploreProgram(filesystem(16), reduced);
  const untold = exploreProgram(filesystem(16), dpor({ dependent: readsCommute }));
  expect(untold.cut).toBeGreaterThan(0);
  expect(untold.outcomes).toEqual(told.outcomes);
  expect(untold.schedules).toBe(told.schedules);
});
