/**
 * A scenario with threads, brought to where they begin, for somebody else to step through them.
 *
 * Each thread makes its steps one after the other, and yields every schedule point of theirs, with
 * one more before each: there the task is still in user space. Names are looked up when a step
 * begins and brought up to date when it ends, so a thread can use what another one has made.
 */

import type { Kernel } from "@forkpath/kernel";
import { createThread, type KernelThread, makePoint, PointKind, type Thread } from "@forkpath/sync";
import type { Scenario } from "../format/scenario.ts";
import type { Step } from "../format/step.ts";
import type { PlainVerb } from "../format/verbs.ts";
import { CannotRun } from "./cannot-run.ts";
import { type ExpectationResult, evaluate } from "./observe.ts";
import { outcomeText } from "./outcome.ts";
import { type PeakWatch, watchPeaks } from "./peaks.ts";
import { openWorld, type WorldOptions, wantedAtEnd } from "./run-scenario.ts";
import { runStep } from "./run-step.ts";
import { stepText } from "./step-text.ts";
import { type PlannedAction, planAction } from "./verbs.ts";
import type { World } from "./world.ts";

/** One of the threads, not begun. */
export interface StagedThread {
  readonly name: string;
  /** Who it is now: a task, or the kernel itself. Set `sync.current` to it whenever it goes on. */
  self: Thread;
  readonly path: KernelThread<void>;
}

export interface Stage {
  /** Interleaved from now on, until `finish`. */
  readonly kernel: Kernel;
  readonly threads: readonly StagedThread[];
  /** To be called after each step: says what has fallen that must never fall. */
  readonly findFall: PeakWatch;
  /**
   * To be called when all threads have returned: how their steps ended that ended badly, all that
   * the scenario expects, and what a recount finds.
   */
  finish(): readonly ExpectationResult[];
}

/** Threads of the kernel itself get ids that no task has. */
const FIRST_KERNEL_THREAD = 2 ** 30;

/**
 * Runs the steps of `scenario`, and readies its threads.
 * @throws CannotRun when the machine cannot be brought so far
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function stageThreads(scenario: Scenario, options: WorldOptions = {}): Stage {
  const world = openWorld(scenario, options);
  const { sync } = world.kernel.machine.mm;
  for (const [index, step] of scenario.steps.entries()) runOrThrow(world, step, index + 1);
  const boot = sync.current;
  const results: ExpectationResult[] = [];
  sync.interleaved = true;
  return {
    kernel: world.kernel,
    findFall: watchPeaks(world, scenario.neverFalls),
    threads: [...scenario.threads].map(([name, steps], index) =>
      stageThread(world, name, createThread(FIRST_KERNEL_THREAD + index, name), steps, results),
    ),
    finish() {
      sync.interleaved = false;
      sync.current = boot;
      const atEnd = wantedAtEnd(scenario, options).map((one) => evaluate(world, one));
      return [...results, ...atEnd, ...recount(world)];
    },
  };
}

function runOrThrow(world: World, step: Step, number: number): void {
  const unmet = runStep(world, step, number).expectations.find(({ isMet }) => !isMet);
  if (unmet === undefined) return;
  const { line, text, wanted, got } = unmet;
  throw new CannotRun(`line ${line}: ${text}: wanted ${wanted}, got ${got}`);
}

function stageThread(
  world: World,
  name: string,
  kernelSelf: Thread,
  steps: readonly Step[],
  results: ExpectationResult[],
): StagedThread {
  const thread: StagedThread = { name, self: kernelSelf, path: makeSteps() };
  return thread;

  function* makeSteps(): KernelThread<void> {
    const { sync, ptePoint } = world.kernel.machine.mm;
    const { tasks } = world.kernel.machine.fork;
    for (const step of steps) {
      const text = stepText(step);
      for (let round = 1; round <= step.times; round++) {
        // What a call looks at before its own first point, others may be writing to.
        yield makePoint(PointKind.RESCHED, ptePoint.object, text);
        const planned = plan(world, step, step.times === 1 ? 0 : round);
        const answers: unknown[] = [];
        for (const call of planned.calls) {
          const caller = call.pid === null ? undefined : tasks.get(call.pid);
          thread.self = sync.current = caller?.thread ?? kernelSelf;
          const answer = yield* call.thread();
          answers.push(answer);
          if (planned.isFailure(answer)) break;
        }
        judge(step, text, outcomeText(planned.settle(answers)), results);
      }
    }
  }
}

function plan(world: World, step: Step, round: number): PlannedAction {
  return planAction(world, step as Step & { readonly verb: PlainVerb }, round);
}

/** Did it end as the step says? */
function judge(step: Step, text: string, got: string, results: ExpectationResult[]): void {
  const wanted = step.fails ?? "success";
  if (got !== wanted) results.push({ line: step.at.line, text, wanted, got, isMet: false });
}

/** One entry for each mismatch: a clean recount has nothing to tell. */
const recount = ({ kernel }: World): ExpectationResult[] =>
  kernel.check().map((got) => ({ line: 1, text: "recount", wanted: "clean", got, isMet: false }));
