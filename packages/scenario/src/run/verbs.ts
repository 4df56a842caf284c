/** Every verb with how it is done, but for race, which is made of the others. */
import type { Action } from "../format/step.ts";
import type { PlainVerb } from "../format/verbs.ts";
import type { Call } from "./call.ts";
import { CannotRun } from "./cannot-run.ts";
import type { Outcome } from "./outcome.ts";
import type { VerbRunner, VerbRunners } from "./verb.ts";
import { kernelVerbs } from "./verbs-kernel.ts";
import { memoryVerbs } from "./verbs-memory.ts";
import { processVerbs } from "./verbs-process.ts";
import type { World } from "./world.ts";

/** `resume` is a race's other half. */
type CalledVerb = Exclude<PlainVerb, "resume">;

const runners: VerbRunners<CalledVerb> = { ...processVerbs, ...memoryVerbs, ...kernelVerbs };

/** A step whose calls are known, and that is not done yet. */
export interface PlannedAction {
  readonly action: Action;
  readonly calls: readonly Call[];
  settle(answers: readonly unknown[]): Outcome;
  /** Whether an answer ends the step before its later calls. */
  isFailure(answer: unknown): boolean;
}

/**
 * @param round counted from 1 with `times`, else 0
 * @throws CannotRun when a name means nothing
 */
export function planAction(world: World, action: Action, round: number): PlannedAction {
  const { verb, args } = action;
  if (verb === "race" || verb === "resume") throw new CannotRun("a race has no races inside");
  // Which verb goes with which arguments, the table knows; the compiler does not follow it.
  const runner = runners[verb] as unknown as VerbRunner<typeof args>;
  return {
    action,
    calls: runner.calls(world, args, round),
    settle: (answers) => runner.settle(world, args, answers, round),
    isFailure: (answer) => runner.isFailure?.(answer) ?? (typeof answer === "number" && answer < 0),
  };
}
