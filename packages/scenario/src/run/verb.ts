/** How a verb is done: which calls it comes to, and what their answers mean. */
import type { StepArgs, Verb } from "../format/step.ts";
import type { Call } from "./call.ts";
import { DONE, type Outcome, outcomeOfStatus } from "./outcome.ts";
import type { World } from "./world.ts";

export interface VerbRunner<Args> {
  /**
   * @param round counted from 1 with `times`, else 0
   * @throws CannotRun when a name means nothing
   */
  calls(world: World, args: Args, round: number): readonly Call[];
  /**
   * Brings names up to date. Requires the answers of all calls, up to the first that failed.
   */
  settle(world: World, args: Args, answers: readonly unknown[], round: number): Outcome;
  /** Whether the calls after this answer are still made; by default unless it is negative. */
  isFailure?(answer: unknown): boolean;
}

export type VerbRunners<Verbs extends Verb> = {
  readonly [V in Verbs]: VerbRunner<StepArgs[V]>;
};

/** The first answer that is negative, or the last number. */
export function statusOf(answers: readonly unknown[]): number {
  const statuses = answers.filter((answer) => typeof answer === "number");
  return statuses.find((status) => status < 0) ?? statuses.at(-1) ?? 0;
}

/** A verb that is one system call, or one for each range, with nothing to remember. */
export const plain = <Args>(
  calls: (world: World, args: Args) => readonly Call[],
): VerbRunner<Args> => ({
  calls,
  settle: (_world, _args, answers) => outcomeOfStatus(statusOf(answers)),
});

/** A verb that is done without a call. */
export const immediate = <Args>(act: (world: World, args: Args) => void): VerbRunner<Args> => ({
  calls: () => [],
  settle(world, args) {
    act(world, args);
    return DONE;
  },
});
