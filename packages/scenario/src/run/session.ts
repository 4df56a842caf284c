/**
 * A scenario that is walked through step by step, with a machine to look at in between.
 *
 * `runScenario` is a loop over it; a debugger, a notebook or `forkpath show` stops wherever it
 * likes.
 */
import type { EventSink } from "@forkpath/events";
import type { Kernel } from "@forkpath/kernel";
import type { Scenario } from "../story/scenario.ts";
import type { Step } from "../story/step.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { setUpProcess } from "../world/set-up.ts";
import { createWorld, type World } from "../world/world.ts";
import { listen } from "./listen.ts";
import { type NamedProcess, namesOf } from "./names.ts";
import { askedOf, type ExpectationResult, evaluate } from "./observe.ts";
import { machineOf, type WorldOptions, wantedAtEnd } from "./open-world.ts";
import { runStep, type StepOptions, type StepResult } from "./run-step.ts";
import { createFollower, createWalk, type Walk } from "./walk.ts";

/** How the next step is made, and what is heard of it. */
export interface NextOptions extends StepOptions {
  /** Gets what happens in the step. */
  readonly sink?: EventSink;
}

/** A machine, and the steps that are still to be made on it. */
export interface Session {
  /** What is run. */
  readonly scenario: Scenario;
  /** The machine, as the last step left it. */
  readonly kernel: Kernel;
  /** All of them; threads come after the others, one after the other. */
  readonly steps: readonly Step[];
  /** What kept the machine from getting where the steps begin: then there are none. Or null. */
  readonly fault: ExpectationResult | null;
  /** Does the next step; undefined when all are done. */
  next(options?: NextOptions): StepResult | undefined;
  /**
   * Begins the next step, and stands before its first schedule point: undefined when all are done.
   * The step is taken: to be finished before anything else is done.
   */
  walk(options?: Pick<NextOptions, "sink">): Walk | undefined;
  /** Every name so far, in the order in which they were given. */
  names(): NamedProcess[];
  /** Holds the machine against what the scenario expects in the end. */
  judge(): readonly ExpectationResult[];
}

/**
 * Boots the machine and makes its processes. The same scenario goes the same way every time.
 * @throws RangeError when it has no cure, and `cured` is asked for
 * @example
 * ```ts
 * import { openSession, parseScenario } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * const session = openSession(scenario);
 * console.log(session.next()?.outcome, session.next()); // success undefined
 * ```
 */
export function openSession(scenario: Scenario, options: WorldOptions = {}): Session {
  const world = createWorld(machineOf(scenario, options), options.between);
  const fault = prepare(world, scenario);
  const steps = fault === null ? stepsOf(scenario) : [];
  let done = 0;
  return {
    scenario,
    kernel: world.kernel,
    steps,
    fault,
    next({ sink, ...how } = {}) {
      if (done === steps.length) return undefined;
      const step = steps[done++];
      listen(world, step, scenario, options, sink ?? null);
      const result = runStep(world, step, done, how);
      world.kernel.attach(null);
      return result;
    },
    walk({ sink = null } = {}) {
      if (done === steps.length) return undefined;
      const step = steps[done++];
      const follower = createFollower(sink);
      listen(world, step, scenario, options, follower);
      return createWalk(world, step, done, follower.stack);
    },
    names: () => namesOf(world),
    judge: () => askedOf(world, wantedAtEnd(scenario, options)).map((one) => evaluate(world, one)),
  };
}

/**
 * All steps; threads come after the others, one after the other.
 * @example
 * ```ts
 * import { parseScenario, stepsOf } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * console.log(stepsOf(scenario).map(({ at }) => at.line).join()); // 2
 * ```
 */
export const stepsOf = ({ steps, threads }: Scenario): readonly Step[] => [
  ...steps,
  ...[...threads.values()].flat(),
];

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
