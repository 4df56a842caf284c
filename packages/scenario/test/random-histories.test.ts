/**
 * 100,000 random steps with a recount after each (SPEC §0.6). `forkpath fuzz` makes more of them.
 *
 * A failure's message is a scenario file that fails in the same way.
 */
import { expect, test } from "vitest";
import { fuzz } from "../src/index.ts";

const STEPS = 10_000;
/** So far apart that no two runs share a history. */
const SEEDS = Array.from({ length: 10 }, (_, index) => 1 + index * 10_000);

test.each(SEEDS)("10,000 steps from seed %i on leave nothing miscounted", (seed) => {
  const { failure, steps } = fuzz({ seed, steps: STEPS });
  expect(failure?.text ?? "").toBe("");
  expect(steps).toBe(STEPS);
});
