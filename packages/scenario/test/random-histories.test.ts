/**
 * Random steps with a recount after each (SPEC §0.6). `forkpath fuzz --steps 100000` makes more.
 *
 * A failure's message is a scenario file that fails in the same way.
 */
import { expect, test } from "vitest";
import { fuzz } from "../src/index.ts";

const STEPS = 10_000;
const SEED = 1;

test(`${STEPS} steps from seed ${SEED} on leave nothing miscounted`, () => {
  const { failure, steps } = fuzz({ seed: SEED, steps: STEPS });
  expect(failure?.text ?? "").toBe("");
  expect(steps).toBe(STEPS);
});
