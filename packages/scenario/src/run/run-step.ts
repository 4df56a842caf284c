/**
 * Runs one step: as often as it says, with the failure that it asks for, and looks at what came.
 */
import type { KernelName } from "@forkpath/abi";
import { KernelBug, type Mismatch, type Refusal } from "@forkpath/sync";
import { failureOn } from "../story/failure.ts";
import { type Step, stepText } from "../story/step.ts";
import { settleReturned } from "../world/act.ts";
import { CallerWaits, CannotRun } from "../world/cannot-run.ts";
import { cannot, DONE, failed, outcomeText, type StepOutcome, WAITS } from "../world/outcome.ts";
import { reasonText } from "../world/reason.ts";
import { kernelOf, type World } from "../world/world.ts";
import { askedOf, type ExpectationResult, evaluate } from "./observe.ts";

/** How one step ended. */
export interface StepResult {
  /** Counted from 1. */
  readonly number: number;
  /** Counted from 1. */
  readonly line: number;
  /** What it does: `fork master as worker`. */
  readonly text: string;
  /** How it ended, without the reason. */
  readonly kind: StepOutcome["kind"];
  /** `success`, `waits`, or why it failed: ENOMEM, SIGSEGV. */
  readonly outcome: string;
  /** What was refused, where that is why it failed; else null. */
  readonly refusal: Refusal | null;
  /** The same for people, with the names of the scenario. */
  readonly reason: string | null;
  /** How many of its rounds were done. */
  readonly done: number;
  /** How often it asked for memory. */
  readonly allocations: number;
  /** What a recount found afterwards, if one was asked for. */
  readonly mismatches: readonly Mismatch[];
  /** What the step itself expects, and what was there. */
  readonly expectations: readonly ExpectationResult[];
}

/** How a step is judged. */
export interface StepOptions {
  /** Recount everything afterwards. */
  readonly check?: boolean;
}

/** Never throws for what a scenario can say: that is told as an expectation that was not met. */
export function runStep(
  world: World,
  step: Step,
  number: number,
  options: StepOptions = {},
): StepResult {
  const before = beginStep(world, step);
  return endStep(world, step, number, before, repeat(world, step), options);
}

/** How a step ended, for a caller that looks at the machine itself. */
export interface MadeStep extends Pick<StepResult, "kind" | "outcome" | "allocations"> {}

/** Makes the step, and tells no more of it than that. Throws as little as `runStep` does. */
export function makeStep(world: World, step: Step): MadeStep {
  const before = beginStep(world, step);
  const { outcome } = repeat(world, step);
  const allocations = closeGate(world, before);
  return { kind: outcome.kind, outcome: outcomeText(outcome), allocations };
}

/** Everything that comes before the calls. @returns how often memory was asked for so far */
export function beginStep(world: World, step: Step): number {
  const { gate } = world.kernel.machine.mm.sync;
  const before = gate.count;
  for (const request of step.failAllocation) world.kernel.failAllocation(request - 1);
  remember(world, step);
  return before;
}

/** How the calls of a step ended, and in how many rounds of them. */
export interface StepEnd {
  readonly outcome: StepOutcome;
  readonly done: number;
}

/** Everything that comes after the calls. @param before what `beginStep` returned */
export function endStep(
  world: World,
  step: Step,
  number: number,
  before: number,
  { outcome, done }: StepEnd,
  options: StepOptions,
): StepResult {
  const { kernel } = world;
  const allocations = closeGate(world, before);
  return {
    number,
    line: step.at.line,
    text: stepText(step),
    kind: outcome.kind,
    outcome: outcomeText(outcome),
    ...whyFailed(world, outcome),
    done,
    allocations,
    expectations: [
      ...judge(step, kernelOf(world), outcome, done, allocations),
      ...askedOf(world, step.expect).map((one) => evaluate(world, one)),
    ],
    mismatches: options.check ? kernel.check() : [],
  };
}

/** No request is refused any more. @returns how often the step has asked for memory */
function closeGate({ kernel }: World, before: number): number {
  const { gate } = kernel.machine.mm.sync;
  gate.refused.clear();
  return gate.count - before;
}

/** Where there was nothing to look at, nothing is remembered, and a later look will say so. */
function remember(world: World, { expect }: Step): void {
  world.remembered.clear();
  for (const { observation } of expect) {
    const { before } = observation;
    if (before === null) continue;
    try {
      world.remembered.set(before, before(world));
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
    }
  }
}

function whyFailed(world: World, outcome: StepOutcome): Pick<StepResult, "refusal" | "reason"> {
  if (outcome.kind !== "failed" || outcome.refusal === undefined)
    return { refusal: null, reason: null };
  const { pid: _, ...refusal } = outcome.refusal;
  return { refusal, reason: reasonText(world, outcome.refusal) };
}

/** All rounds of it, or those up to the first that fails. */
export function repeat(world: World, step: Step): StepEnd {
  let outcome: StepOutcome = DONE;
  for (let round = 1; round <= step.times; round++) {
    outcome = runOnce(world, step, step.times === 1 ? 0 : round);
    if (outcome.kind === "failed" || outcome.kind === "cannot") return { outcome, done: round - 1 };
  }
  return { outcome, done: step.times };
}

function runOnce(world: World, step: Step, round: number): StepOutcome {
  try {
    return step.action.run(world, round);
  } catch (error) {
    return outcomeOfThrown(step, error);
  } finally {
    settleReturned(world);
  }
}

/** @throws whatever is not a way in which a step can end */
export function outcomeOfThrown(step: Step, error: unknown): StepOutcome {
  if (error instanceof KernelBug) return failed("BUG");
  if (error instanceof CallerWaits && step.waits) return WAITS;
  // A RangeError is the kernel's word for a call that cannot be: of a task that waits, say.
  if (error instanceof CannotRun || error instanceof RangeError) return cannot(error.message);
  throw error;
}

/** Did it end as the step says? A step that should go well, and does, has nothing to tell. */
function judge(
  step: Step,
  kernel: KernelName,
  outcome: StepOutcome,
  done: number,
  allocations: number,
): readonly ExpectationResult[] {
  const { line } = step.at;
  const results: ExpectationResult[] = [];
  const tell = (text: string, wanted: string, got: string): void => {
    results.push({ line, text, wanted, got, isMet: wanted === got });
  };
  const wanted = failureOn(step.fails, kernel) ?? (step.waits ? "waits" : "success");
  const got = outcomeText(outcome);
  if (wanted !== "success" || got !== wanted) tell(stepText(step), wanted, got);
  if (step.done !== null) tell(`${stepText(step)}: done`, String(step.done), String(done));
  const last = Math.max(0, ...step.failAllocation);
  if (last > allocations) {
    tell(`${stepText(step)}: allocations`, `at least ${last}`, String(allocations));
  }
  return results;
}
