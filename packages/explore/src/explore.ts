/** The front door: a scenario or a litmus goes in, and every way in which it ends comes out. */
import { type Exploration, exploreProgram, type Strategy } from "@forkpath/interleave";
import type { Scenario } from "@forkpath/scenario";
import { type ExplainedFailure, explainFailure, plainestFailure } from "./explain.ts";
import type { Litmus, LitmusState } from "./litmus.ts";
import {
  type ScenarioLitmusOptions,
  type ScenarioState,
  scenarioLitmus,
} from "./scenario-litmus.ts";
import { parseStrategy } from "./strategy-text.ts";

export interface EndingsOptions extends ScenarioLitmusOptions {
  /** A strategy, or its text: `bounded:2`. By default `dpor`, which leaves no ending out. */
  readonly strategy?: Strategy | string;
  /** Schedules after which it stops, ended or not; 10,000 by default. */
  readonly max?: number;
  /** Of a scenario: its name in replay strings, `scenario` by default. */
  readonly name?: string;
}

/** Outcomes and failures are its endings, each with a schedule that leads there. */
export interface Endings<S extends LitmusState = ScenarioState> extends Exploration {
  /** What was explored: for `explainFailure`, `observe` and `replay`. */
  readonly litmus: Litmus<S>;
  /**
   * Explains the failure that takes the fewest preemptions; null where all goes well. The search
   * for a plainer schedule runs the litmus up to 2,000 times more.
   */
  explain(): ExplainedFailure | null;
}

const DEFAULT_MAX = 10_000;

/**
 * Runs the threads of a scenario, or a litmus, in every order that a strategy wants.
 * @throws RangeError for a scenario without threads, or without a cure where one is asked for
 * @throws RangeError for a `max` below 1
 * @throws ScenarioError when its threads touch nothing of a name in `switchAt`
 * @throws WantedError for a text that is no strategy
 * @example
 * ```ts
 * import { execCharge, explore } from "@forkpath/explore";
 * const litmus = execCharge({ pages: 1, faults: 1 }); // D1, the page that exec loses
 * const { guarantee, failures } = explore(litmus, { strategy: "dfs" });
 * console.log(guarantee, failures.length); // every schedule 1
 * ```
 */
export function explore(scenario: Scenario, options?: EndingsOptions): Endings;
export function explore<S extends LitmusState>(
  litmus: Litmus<S>,
  options?: Pick<EndingsOptions, "strategy" | "max">,
): Endings<S>;
export function explore(
  subject: Scenario | Litmus,
  { strategy = "dpor", max = DEFAULT_MAX, name = "scenario", ...options }: EndingsOptions = {},
): Endings<LitmusState> {
  const litmus: Litmus = "setup" in subject ? subject : scenarioLitmus(name, subject, options);
  const chosen = typeof strategy === "string" ? parseStrategy(strategy, max) : strategy;
  const exploration = exploreProgram(litmus, chosen, { max });
  return {
    ...exploration,
    litmus,
    explain() {
      const failure = plainestFailure(litmus, exploration.failures);
      return failure === undefined ? null : explainFailure(litmus, failure);
    },
  };
}
