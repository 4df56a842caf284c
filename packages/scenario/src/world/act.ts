/**
 * Doing what is planned. A call that has to wait answers later, in the course of another step: then
 * names are brought up to date, as they would have been at once.
 */
import { BLOCKED } from "@forkpath/kernel";
import { CannotRun } from "./cannot-run.ts";
import type { StepOutcome } from "./outcome.ts";
import { explained } from "./reason.ts";
import type { StepPlan, World } from "./world.ts";

/** Makes the calls of one step, up to the first that fails or has to wait. */
export function act(world: World, plan: StepPlan): StepOutcome {
  const answers: unknown[] = [];
  for (const call of plan.calls) {
    const answer = call.make();
    answers.push(answer);
    if (answer === BLOCKED && call.pid !== null) {
      world.unsettled.push({ plan, pid: call.pid, answers });
    }
    if (plan.isFailure(answer)) break;
  }
  const last = plan.calls[answers.length - 1];
  return explained(world, plan.settle(answers), last?.pid ?? null);
}

/** To be called when a step is done: calls that have waited may have returned in its course. */
export function settleReturned({ kernel, unsettled }: World): void {
  for (const one of unsettled.splice(0)) {
    const { plan, pid, answers } = one;
    if (kernel.isBlocked(pid)) {
      unsettled.push(one);
      continue;
    }
    const answer = kernel.returned(pid); // undefined for a task that was killed
    if (answer !== undefined) settleLate(plan, [...answers.slice(0, -1), answer]);
  }
}

/** The step was already reported as waiting, so its late outcome is dropped. */
function settleLate(plan: StepPlan, answers: readonly unknown[]): void {
  try {
    plan.settle(answers);
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
  }
}
