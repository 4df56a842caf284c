/**
 * How many schedules a second, on the litmus of 2 steps against 16: all 153 schedules a round.
 *
 * A round's time divided by its schedules is the price of one: a new state, two new generators,
 * and 18 steps.
 */
import { test } from "vitest";
import {
  bounded,
  dfs,
  dpor,
  exploreProgram,
  pct,
  random,
  replay,
  sameObject,
} from "../src/index.ts";
import { philosophers, unlockedAdd } from "../test/classics.ts";

const READ = 0;
const reduced = dpor({ dependent: sameObject([READ]) });

test("2 steps against 16", async ({ bench }) => {
  const program = unlockedAdd();
  await bench("dfs: 153 schedules", () => void exploreProgram(program, dfs())).run();
  await bench("bounded(2): 48 schedules", () => void exploreProgram(program, bounded(2))).run();
  await bench("dpor: 25 schedules", () => void exploreProgram(program, reduced)).run();
  await bench("random: 153 schedules", () => void exploreProgram(program, random(1, 153))).run();
  await bench("pct: 153 schedules", () => void exploreProgram(program, pct(1, 2, 153))).run();
  await bench("replay: 1 schedule", () => void replay(program, "v1:ab16")).run();
});

test("four philosophers", async ({ bench }) => {
  const program = philosophers(4, false);
  await bench("dpor", () => void exploreProgram(program, reduced)).run();
});
