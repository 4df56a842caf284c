/**
 * Random histories of up to 8 processes, recounted after every step: 10,000 steps in all.
 *
 * A history that fails prints its seed and its steps, a line each; `replay` runs such a text.
 */
import { mismatchText } from "@forkpath/sync";
import { describe, expect, test } from "vitest";
import { createKernel, type Kernel, type KernelConfig } from "../src/index.ts";
import { perform, print, replay, type Step } from "./history.ts";
import { createRandom } from "./random.ts";
import { randomStep } from "./random-step.ts";
import { snapshot } from "./snapshot.ts";

const STEPS = 500;
/** A history takes half a second; a machine that is busy with other things may take long. */
const TIMEOUT_MS = 60_000;
/** Small enough that memory and swap run out now and then. */
const SMALL: KernelConfig = { memoryPages: 160, swap: [{ pages: 20 }, { pages: 20 }] };
const BUILDS: readonly (readonly [string, KernelConfig])[] = [
  ["split locks", { ...SMALL, nrCpus: 4 }],
  ["one lock", { ...SMALL, nrCpus: 2 }],
];

/** Runs one history; throws with all that is needed to run it again. */
function runHistory(
  config: KernelConfig,
  seed: number,
  count: number,
): { kernel: Kernel; steps: Step[] } {
  const kernel = createKernel(config);
  const random = createRandom(seed);
  const steps: Step[] = [];
  while (steps.length < count) {
    const step = randomStep(kernel, random);
    steps.push(step);
    let wrong: readonly string[];
    try {
      perform(kernel, step);
      wrong = kernel.check().map(mismatchText);
    } catch (error) {
      wrong = [String(error)];
    }
    if (wrong.length === 0) continue;
    throw new Error(`seed ${seed}, step ${steps.length}:\n${wrong.join("\n")}\n${print(steps)}`);
  }
  return { kernel, steps };
}

describe.each(BUILDS)("%s", { timeout: TIMEOUT_MS }, (_name, config) => {
  test.each(Array.from({ length: 10 }, (_, index) => index + 1))("history of seed %i", (seed) => {
    const { kernel, steps } = runHistory(config, seed, STEPS);
    expect(steps).toHaveLength(STEPS);
    expect(kernel.totals().totalForks).toBeGreaterThan(3);
  });
});

test("what a history prints runs again to the same end", { timeout: TIMEOUT_MS }, () => {
  const { kernel, steps } = runHistory(SMALL, 77, 200);
  const again = createKernel(SMALL);
  replay(again, print(steps));
  expect(snapshot(again)).toEqual(snapshot(kernel));
});
