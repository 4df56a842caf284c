/** Runs a scenario from its first process to its last expectation. */
import type { EventSink } from "@forkpath/events";
import type { Kernel } from "@forkpath/kernel";
import type { Mismatch } from "@forkpath/sync";
import { isExcused } from "../defects/excuses.ts";
import type { Scenario } from "../story/scenario.ts";
import type { ExpectationResult } from "./observe.ts";
import type { WorldOptions } from "./open-world.ts";
import type { StepResult } from "./run-step.ts";
import { openSession, type Session } from "./session.ts";
import { expectSwitchPoints } from "./switch-points.ts";

/** How a scenario is run, and what is heard of it. */
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

/** What came of a scenario. */
export interface ScenarioResult {
  /** What was run. */
  readonly scenario: Scenario;
  /** Every step that was made, in order. */
  readonly steps: readonly StepResult[];
  /** All of them: of the steps, in order, then of the end. */
  readonly expectations: readonly ExpectationResult[];
  /**
   * Whether every expectation was met, and every recount clean, but for the numbers that the defect
   * spoils which the scenario shows.
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
 * @throws ScenarioError when its threads touch nothing of a name in `switchAt`
 * @example
 * ```ts
 * import { parseScenario, runScenario } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * const { isOk, pids } = runScenario(scenario, { check: true });
 * console.log(isOk, pids.get("C")); // true 3
 * ```
 */
export function runScenario(scenario: Scenario, options: RunOptions = {}): ScenarioResult {
  const { cured = false } = options;
  expectSwitchPoints(scenario);
  const session = openSession(scenario, { cured });
  const { kernel, fault } = session;
  const steps = fault === null ? runSteps(session, options) : [];
  const pids = new Map(session.names().map(({ name, pid }) => [name, pid]));
  if (fault !== null) return { scenario, steps, expectations: [fault], isOk: false, kernel, pids };
  const ofSteps = cured ? [] : steps.flatMap(({ expectations }) => expectations);
  const expectations = [...ofSteps, ...session.judge()];
  const isOk =
    strangeIn(steps, cured ? null : scenario.defect).length === 0 &&
    expectations.every(({ isMet }) => isMet);
  return { scenario, steps, expectations, isOk, kernel, pids };
}

/**
 * What recounts found that the defect does not explain. Once the kernel has died in the middle of a
 * call, with a BUG, everything can be off.
 */
export function strangeIn(
  steps: readonly StepResult[],
  defect: string | null,
): readonly Mismatch[] {
  const death = defect === null ? -1 : steps.findIndex(({ outcome }) => outcome === "BUG");
  const alive = death < 0 ? steps : steps.slice(0, death);
  return alive.flatMap(({ mismatches }) => mismatches.filter((one) => !isExcused(defect, one)));
}

function runSteps(session: Session, { check, sink, onStep }: RunOptions): readonly StepResult[] {
  const how = { check: check ?? false, ...(sink === undefined ? {} : { sink }) };
  const { kernel, steps } = session;
  const results: StepResult[] = [];
  for (let number = 1; number <= steps.length; number++) {
    onStep?.(kernel, number);
    const result = session.next(how);
    if (result !== undefined) results.push(result);
  }
  onStep?.(kernel, steps.length + 1);
  return results;
}
