/**
 * 100,000 random steps with a recount after each, until nobody is left (SPEC §0.6, §8.8), in two
 * files so that two cores share them. `forkpath fuzz` makes more.
 *
 * A failure's message is a scenario file that fails in the same way.
 */
import { expect, test } from "vitest";
import { fuzz } from "../src/index.ts";

const STEPS = 10_000;

/** A test for each seed; histories count it up, and use less than a hundred. */
export function testHistories(seeds: readonly number[]): void {
  test.each(seeds)(`${STEPS} steps from seed %d on leave nothing miscounted`, (seed) => {
    const { failure, steps } = fuzz({ seed, steps: STEPS });
    expect(failure?.text ?? "").toBe("");
    expect(steps).toBe(STEPS);
  });
}
