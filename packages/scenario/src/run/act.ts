/**
 * Doing what is planned. A call that has to wait answers later, in the course of another step: then
 * names are brought up to date, as they would have been at once.
 */
import { BLOCKED } from "@forkpath/kernel";
import { CannotRun } from "./cannot-run.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedAction } from "./verbs.ts";
import type { World } from "./world.ts";

/** An action whose last call has not returned. */
export interface Unsettled {
  readonly planned: PlannedAction;
  /** Who made that call. */
  readonly pid: number;
  /** Of all calls, up to that one. */
  readonly answers: readonly unknown[];
}

/** Makes the calls of one step, up to the first that fails or has to wait. */
export function act(world: World, planned: PlannedAction): Outcome {
  const answers: unknown[] = [];
  for (const call of planned.calls) {
    const answer = call.make();
    answers.push(answer);
    if (answer === BLOCKED && call.pid !== null) {
      world.unsettled.push({ planned, pid: call.pid, answers });
    }
    if (planned.isFailure(answer)) break;
  }
  return planned.settle(answers);
}

/** To be called when a step is done: it may be what others have waited for. */
export function settleReturned({ kernel, unsettled }: World): void {
  for (const one of unsettled.splice(0)) {
    const { planned, pid, answers } = one;
    if (kernel.isBlocked(pid)) {
      unsettled.push(one);
      continue;
    }
    const answer = kernel.returned(pid); // none of who was killed
    if (answer !== undefined) settleLate(planned, [...answers.slice(0, -1), answer]);
  }
}

/** Nobody looks at how a step ended that has long been told as one that waits. */
function settleLate(planned: PlannedAction, answers: readonly unknown[]): void {
  try {
    planned.settle(answers);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
  }
}
