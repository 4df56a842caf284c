/** Runs a scenario from its first process to its last expectation. */
import { ALL_EVENTS, type EventSink } from "@forkpath/events";
import type { Kernel } from "@forkpath/kernel";
import type { Expectation } from "../facts/observation.ts";
import type { MachineSpec } from "../format/machine.ts";
import type { Scenario } from "../story/scenario.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { setUpProcess } from "../world/set-up.ts";
import { createWorld, type World } from "../world/world.ts";
import { type ExpectationResult, evaluate } from "./observe.ts";
import { runStep, type StepResult } from "./run-step.ts";

export interface WorldOptions {
  /** On the machine that has the defect mended. */
  readonly cured?: boolean;
}

export interface RunOptions extends WorldOptions {
  /** Recount everything after each step. */
  readonly check?: boolean;
  /**
   * Gets what happens from the first step on: not in setting up. Where the scenario counts events
   * it gets all of them, wanted or not.
   */
  readonly sink?: EventSink;
  /** Called before each step, counted from 1, and once more when all are done. */
  readonly onStep?: (kernel: Kernel, step: number) => void;
}

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly steps: readonly StepResult[];
  /** All of them: of the steps, in order, then of the end. */
  readonly expectations: readonly ExpectationResult[];
  /**
   * Whether every expectation was met, and every recount clean; where a defect is shown, the
   * recount need not be.
   */
  readonly isOk: boolean;
  /** The machine as the last step left it. */
  readonly kernel: Kernel;
  /** The pid behind each name, of ended processes too. */
  readonly pids: ReadonlyMap<string, number>;
}

/**
 * The same scenario runs the same way every time.
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function runScenario(scenario: Scenario, options: RunOptions = {}): ScenarioResult {
  const { cured = false } = options;
  const world = createWorld(machineOf(scenario, cured));
  const { kernel } = world;
  const fault = prepare(world, scenario);
  if (fault !== null) {
    return { scenario, steps: [], expectations: [fault], isOk: false, kernel, pids: pidsOf(world) };
  }
  listen(world, scenario, options.sink ?? null);
  const steps = runSteps(world, scenario, options);
  const atEnd = wantedAtEnd(scenario, options).map((one) => evaluate(world, one));
  kernel.attach(null);
  const ofSteps = cured ? [] : steps.flatMap(({ expectations }) => expectations);
  const expectations = [...ofSteps, ...atEnd];
  const mayBreak = scenario.defect !== null && !cured;
  const isClean = mayBreak || steps.every(({ mismatches }) => mismatches.length === 0);
  const isOk = isClean && expectations.every(({ isMet }) => isMet);
  return { scenario, steps, expectations, isOk, kernel, pids: pidsOf(world) };
}

const pidsOf = ({ processes }: World): ReadonlyMap<string, number> =>
  new Map([...processes].map(([name, { pid }]) => [name, pid]));

/**
 * The machine and its processes, before the first step.
 * @throws CannotRun when it cannot be brought into that state
 * @throws RangeError when it has no cure, and `cured` is asked for
 */
export function openWorld(scenario: Scenario, { cured = false }: WorldOptions = {}): World {
  const world = createWorld(machineOf(scenario, cured));
  for (const [name, spec] of scenario.processes) setUpProcess(world, name, spec);
  return world;
}

/** What must hold in the end. */
export const wantedAtEnd = (
  { expect, cure }: Scenario,
  { cured = false }: WorldOptions,
): readonly Expectation[] => (cured ? (cure?.expect ?? []) : expect);

function machineOf({ machine, cure, fileName }: Scenario, cured: boolean): MachineSpec {
  if (!cured) return machine;
  if (cure === null) throw new RangeError(`runScenario: ${fileName} has no cure to run with`);
  return { ...machine, ...cure.machine };
}

/** @returns what kept the machine from getting there, or null */
function prepare(world: World, { processes }: Scenario): ExpectationResult | null {
  for (const [name, spec] of processes) {
    try {
      setUpProcess(world, name, spec);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      const { line } = spec.at;
      return { line, text: "set up", wanted: "success", got: error.message, isMet: false };
    }
  }
  return null;
}

/** Here threads do not run at once: they come after the steps, one after the other. */
function runSteps(world: World, scenario: Scenario, options: RunOptions): readonly StepResult[] {
  const { check = false, onStep } = options;
  const steps = [...scenario.steps, ...[...scenario.threads.values()].flat()];
  const results = steps.map((step, index) => {
    onStep?.(world.kernel, index + 1);
    return runStep(world, step, index + 1, { check });
  });
  onStep?.(world.kernel, steps.length + 1);
  return results;
}

/** Events go to the caller's sink, and to the world if an expectation counts them. */
function listen(world: World, { steps }: Scenario, sink: EventSink | null): void {
  const isCounted = steps.some(({ expect }) =>
    expect.some(({ observation }) => observation.needsEvents),
  );
  if (!isCounted) {
    world.kernel.attach(sink);
    return;
  }
  world.kernel.attach({
    wants: ALL_EVENTS,
    emit(event, thread) {
      world.events.push(event);
      sink?.emit(event, thread);
    },
  });
}
