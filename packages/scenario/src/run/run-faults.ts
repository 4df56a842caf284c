/**
 * Every allocation of every step fails once: the paths of the kernel that no other run tries.
 *
 * One run counts how often each step asks for memory. Then, for each of these requests, the
 * machine is taken back to before that step, which is made with that request refused; everything is
 * recounted, all processes are killed, and everything is recounted again: what leaks shows there.
 */
import { EventClass, type KernelEvent } from "@forkpath/events";
import type { Mismatch } from "@forkpath/sync";
import { isExcused } from "../defects/excuses.ts";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { resumeRace } from "../world/race.ts";
import type { World } from "../world/world.ts";
import { Checkpoints } from "./checkpoint.ts";
import { openWorld } from "./open-world.ts";
import { runScenario } from "./run-scenario.ts";
import { runStep, type StepResult } from "./run-step.ts";
import { stepsOf } from "./session.ts";

/**
 * A step of which one allocation was refused. Its outcome is ENOMEM, or success where the kernel
 * could do without.
 */
export interface Fault extends Pick<StepResult, "line" | "text" | "outcome" | "mismatches"> {
  /** Counted from 1. */
  readonly step: number;
  /** Which of the step's requests was refused, counted from 1. */
  readonly allocation: number;
  /** What was asked for: `vma`, `pte`, `page` and so on. */
  readonly what: string;
  /** Why it failed, where that is another refusal than the one that was made; else null. */
  readonly reason: string | null;
  /** What another recount found after the end of all processes: leaks. */
  readonly leaks: readonly Mismatch[];
}

/** What came of all refusals. */
export interface FaultReport {
  /** What was run. */
  readonly scenario: Scenario;
  /** One for each refusal, in order. */
  readonly faults: readonly Fault[];
  /** Whether every recount was clean, but for the numbers that the shown defect spoils. */
  readonly isOk: boolean;
}

/** Which refusals are tried. */
export interface FaultOptions {
  /** Only this step, counted from 1. */
  readonly step?: number;
  /** Only from this step on, counted from 1. */
  readonly fromStep?: number;
  /** Called with each fault when it is done. */
  readonly onFault?: (fault: Fault) => void;
}

/**
 * Expectations are not looked at: they speak of the history without the fault.
 * @throws CannotRun when the machine cannot be brought to the first step
 * @example
 * ```ts
 * import { parseScenario, runFaults } from "@forkpath/scenario";
 * const { isOk, faults } = runFaults(
 *   parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n"),
 * );
 * console.log(isOk, faults[0]?.outcome); // true ENOMEM
 * ```
 */
export function runFaults(scenario: Scenario, options: FaultOptions = {}): FaultReport {
  const work = runFaultsSteps(scenario, options);
  let step = work.next(false);
  while (!step.done) step = work.next(false);
  return step.value;
}

/** How many refusals there are to try, and how many have been. */
export interface FaultsDone {
  /** How many have been. */
  readonly done: number;
  /** How many there are. */
  readonly total: number;
}

/**
 * The same fault by fault, for a caller that shows how far it is or has to end it: takes whether to
 * stop, and then returns what it has.
 * @throws CannotRun as `runFaults` does
 */
export function* runFaultsSteps(
  scenario: Scenario,
  { step: only, fromStep = 1, onFault }: FaultOptions = {},
): Generator<FaultsDone, FaultReport, boolean> {
  const world = openWorld(scenario);
  const all = stepsOf(scenario).map(withoutExpectations);
  const checkpoints = new Checkpoints(world, (index) => void runStep(world, all[index], index + 1));
  const whole = runScenario(scenario).steps;
  const steps = whole.filter(
    ({ number }) => number >= fromStep && (only === undefined || number === only),
  );
  const total = steps.reduce((sum, { allocations }) => sum + allocations, 0);
  const faults: Fault[] = [];
  let isStopped = false;
  for (const { number, allocations } of steps) {
    for (let allocation = 1; allocation <= allocations && !isStopped; allocation++) {
      checkpoints.goTo(number - 1);
      const fault = runFault(world, all[number - 1], number, allocation);
      onFault?.(fault);
      faults.push(fault);
      isStopped = yield { done: faults.length, total };
    }
  }
  // After a BUG, which kills the kernel in the middle of a call, everything may be off.
  const isDead = scenario.defect !== null && whole.some(({ outcome }) => outcome === "BUG");
  return { scenario, faults, isOk: isDead || faults.every((one) => isFaultOk(one, scenario)) };
}

/** Whether the recounts found nothing that the scenario's defect does not spoil. */
const isFaultOk = ({ mismatches, leaks }: Fault, { defect }: Scenario): boolean =>
  [...mismatches, ...leaks].every((one) => isExcused(defect, one));

/** Whether neither recount found anything. */
export const isFaultClean = ({ mismatches, leaks }: Fault): boolean =>
  mismatches.length + leaks.length === 0;

function runFault(world: World, whole: Step, number: number, allocation: number): Fault {
  const step = { ...whole, failAllocation: [allocation] };
  const refused = watchRefusal(world);
  const { line, text, outcome, refusal, reason, mismatches } = runStep(world, step, number, {
    check: true,
  });
  const what = refused();
  const leaks = endAll(world);
  const other = refusal?.kind === "allocation" ? null : reason;
  return { step: number, line, text, allocation, what, outcome, reason: other, mismatches, leaks };
}

const withoutExpectations = (step: Step): Step => ({ ...step, expect: [] });

/** Listens for the request that is refused. */
function watchRefusal({ kernel }: World): () => string {
  let what = "nothing";
  kernel.attach({
    wants: EventClass.ALLOC,
    emit(event: KernelEvent) {
      if (event.kind === "alloc" && !event.ok) what = event.what;
    },
  });
  return () => {
    kernel.attach(null);
    return what;
  };
}

/** Kills all processes and recounts. A race that paused and a page under way arrive first. */
function endAll(world: World): readonly Mismatch[] {
  const { kernel, processes } = world;
  if (world.paused !== null) resumeRace(world);
  kernel.migrateEnd();
  kernel.unpinAll();
  for (const { pid } of processes.values()) {
    const task = kernel.machine.fork.tasks.get(pid);
    if (task?.state === "running" || task?.state === "stopped") kernel.kill(pid);
  }
  return kernel.check();
}
