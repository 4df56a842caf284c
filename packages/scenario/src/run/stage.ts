/**
 * A scenario with threads, brought to where they begin, for the caller to step through them.
 */
import type { TaskStruct } from "@forkpath/fork";
import type { Kernel } from "@forkpath/kernel";
import type { Compile } from "@forkpath/kernel/internal";
import { mismatchText } from "@forkpath/sync";
import type { Expectation } from "../facts/observation.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { kernelThread } from "../world/kernel-thread.ts";
import type { World } from "../world/world.ts";
import { Checkpoints } from "./checkpoint.ts";
import { listen } from "./listen.ts";
import { type NamedProcess, namesOf } from "./names.ts";
import { askedOf, type ExpectationResult, evaluate } from "./observe.ts";
import { openWorld, type WorldOptions, wantedAtEnd } from "./open-world.ts";
import { type PeakWatch, watchPeaks } from "./peaks.ts";
import { runStep } from "./run-step.ts";
import { type Cast, Staged, type StagedThread } from "./stage-thread.ts";

/** A machine whose threads are about to begin. */
export interface Stage {
  /** Interleaved from now on, until `finish`. */
  readonly kernel: Kernel;
  /** In the order of the scenario. */
  readonly threads: readonly StagedThread[];
  /** Every name so far, in the order in which they were given. */
  names(): NamedProcess[];
  /** To be called after each step: says what has fallen that must never fall. */
  readonly findFall: PeakWatch;
  /**
   * To be called when all threads have returned: how their steps ended that ended badly, all that
   * the scenario expects, and what a recount finds.
   */
  finish(): readonly ExpectationResult[];
}

/**
 * Runs the steps of `scenario`, and readies its threads.
 * @throws CannotRun when the machine cannot be brought so far
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function stageThreads(scenario: Scenario, options: WorldOptions = {}): Stage {
  const world = openWorld(scenario, options);
  for (const index of scenario.steps.keys()) makeStep(world, scenario, options, index);
  return openStage(world, scenario, plan(world, scenario, options));
}

/**
 * The same, for a caller that wants the stage many times: each call of what it returns takes the
 * one machine back to where the threads begin, and ends the stage of the call before.
 * @param compile as `takeSnapshot` has it
 * @throws CannotRun when the machine cannot be brought so far
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function repeatStage(
  scenario: Scenario,
  options: WorldOptions = {},
  compile: Compile | null = null,
): () => Stage {
  const world = openWorld(scenario, options);
  const stepAt = (index: number): void => makeStep(world, scenario, options, index);
  const checkpoints = new Checkpoints(world, stepAt, compile);
  let planned: StagePlan | undefined;
  return () => {
    checkpoints.goTo(scenario.steps.length);
    planned ??= plan(world, scenario, options);
    return openStage(world, scenario, planned);
  };
}

/** @throws CannotRun when it does not go as it should */
function makeStep(world: World, scenario: Scenario, options: WorldOptions, index: number): void {
  const step = scenario.steps[index];
  listen(world, step, scenario, options, null);
  runOrThrow(world, step, index + 1);
  world.kernel.attach(null);
}

/** What is the same for each stage of one scenario on one machine. */
interface StagePlan {
  readonly canKill: boolean;
  /** By name, what each does. */
  readonly threads: readonly (readonly [name: string, steps: readonly Step[]])[];
  /** What must hold at the end. */
  readonly asked: readonly Expectation[];
}

/** Requires that the steps of the scenario are made. */
const plan = (world: World, scenario: Scenario, options: WorldOptions): StagePlan => ({
  canKill: canKill(world, scenario),
  threads: [...scenario.threads],
  asked: askedOf(world, wantedAtEnd(scenario, options)),
});

function openStage(world: World, scenario: Scenario, plan: StagePlan): Stage {
  const { canKill, threads, asked } = plan;
  const { sync } = world.kernel.machine.mm;
  const boot = sync.current;
  const cast: Cast = {
    world,
    busy: new Map(),
    canKill,
    hasKilled: false,
    results: [],
  };
  sync.interleaved = true;
  world.kernel.machine.fork.signalWakeUp = wakeUpIn(cast);
  return {
    kernel: world.kernel,
    names: () => namesOf(world),
    findFall: watchPeaks(world, scenario.neverFalls),
    threads: threads.map(
      ([name, steps], index) => new Staged(cast, name, kernelThread(index, name), steps),
    ),
    finish() {
      sync.interleaved = false;
      sync.current = boot;
      const atEnd = asked.map((one) => evaluate(world, one));
      return [...cast.results, ...atEnd, ...recount(world)];
    },
  };
}

/**
 * A killed task dies at the end of its call. Outside of a call no thread would run its exit, so the
 * killer does.
 *
 * Made apart from where it is assigned: V8 takes a function that is written behind the name of a
 * field to live long, and with it everything that it can see.
 */
const wakeUpIn =
  (cast: Cast) =>
  (task: TaskStruct): boolean => {
    cast.hasKilled = true;
    return cast.busy.has(task);
  };

/** Whether a thread of the stage may kill a task that another one makes calls as. */
function canKill({ kernel }: World, { threads }: Scenario): boolean {
  const actions = [...threads.values()].flat().map(({ action }) => action);
  const tasks = [...kernel.machine.fork.tasks.values()];
  const isThreadMade = actions.some(({ threads }) => threads === "made");
  const hasThreads = isThreadMade || tasks.some(({ signal }) => signal.count > 1);
  const isThreadEnded = actions.some(({ threads }) => threads === "ended");
  return (hasThreads && isThreadEnded) || actions.some(({ threads }) => threads === "killed");
}

function runOrThrow(world: World, step: Step, number: number): void {
  const unmet = runStep(world, step, number).expectations.find(({ isMet }) => !isMet);
  if (unmet === undefined) return;
  const { line, text, wanted, got } = unmet;
  throw new CannotRun(`line ${line}: ${text}: wanted ${wanted}, got ${got}`);
}

/** One entry for each mismatch: a clean recount has nothing to tell. */
const recount = ({ kernel }: World): ExpectationResult[] =>
  kernel.check().map((one) => ({
    line: 1,
    text: "recount",
    wanted: "clean",
    got: mismatchText(one),
    isMet: false,
  }));
