/** A run's expectations, each where it belongs: below its step, or at the end. */
import type { ExpectationResult, ScenarioResult, StepResult } from "@forkpath/scenario";

export interface SplitResult {
  readonly steps: readonly StepResult[];
  readonly atEnd: readonly ExpectationResult[];
}

/** On a mended machine the expectations of single steps do not count: they are left out. */
export function splitResult({ steps, expectations }: ScenarioResult): SplitResult {
  const counted = new Set(expectations);
  const ofSteps = new Set(steps.flatMap((step) => step.expectations));
  return {
    steps: steps.map((step) => ({
      ...step,
      expectations: step.expectations.filter((one) => counted.has(one)),
    })),
    atEnd: expectations.filter((one) => !ofSteps.has(one)),
  };
}
