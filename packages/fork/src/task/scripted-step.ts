/**
 * Steps of fork and exec that the model passes through without doing anything, and that can be
 * told to fail, so that the unwinding behind them can be seen.
 */
import type { StepName } from "../types.ts";

/**
 * What the step answers: 0 unless a script says otherwise.
 * @modelOnly stands for the body of the kernel function that it names
 */
export const stepStatus = (
  { failStep }: { readonly failStep: ReadonlyMap<StepName, number> },
  step: StepName,
): number => failStep.get(step) ?? 0;
