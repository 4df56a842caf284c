/** A failure with all that a reader needs to see it again, and to understand it. */
import {
  type Exploration,
  type Failure,
  type RunFailure,
  replay,
  shrink,
} from "@forkpath/interleave";
import type { Litmus, LitmusState } from "./litmus.ts";
import { replayOf } from "./replay-string.ts";
import { observe } from "./watch/observe.ts";
import { drawWitness, type WitnessOptions } from "./watch/witness.ts";

/** One way to fail, with the plainest schedule that does. */
export interface ExplainedFailure extends RunFailure {
  /** Schedules that showed it. */
  readonly count: number;
  /** Replay string of the first of them. */
  readonly replay: string;
  /** Replay string of the plainest schedule that fails so. */
  readonly plainest: string;
  /** How often a thread loses its turn there while it could have gone on. */
  readonly preemptions: number;
  /** Whether the failure cannot be had with fewer. */
  readonly isLeast: boolean;
  /** The plainest schedule, drawn. */
  readonly witness: readonly string[];
}

/** Runs that the search for a plainer schedule may take. */
const SHRINK_RUNS = 2000;

/** Of several failures, the one whose schedule has the fewest preemptions. */
export function plainestFailure<S extends LitmusState>(
  litmus: Litmus<S>,
  failures: readonly Failure[],
): Failure | undefined {
  const ranked = failures.map((failure) => {
    const { steps } = replay(litmus, failure.schedule);
    const preemptions = steps.filter(({ isPreemption }) => isPreemption).length;
    return { failure, preemptions, length: steps.length };
  });
  ranked.sort((a, b) => a.preemptions - b.preemptions || a.length - b.length);
  return ranked[0]?.failure;
}

/**
 * Whether every schedule fails, and in the same end: then perhaps the expectation is wrong, and not
 * the kernel. A recount that is wrong is the kernel's fault, however often.
 */
export const isAlwaysAlike = ({
  schedules,
  outcomes,
  failures: [first],
}: Pick<Exploration, "schedules" | "outcomes" | "failures">): boolean =>
  schedules > 1 &&
  outcomes.length === 1 &&
  first?.count === schedules &&
  first.kind === "final" &&
  !first.message.includes("recount: ");

/**
 * Looks for the plainest schedule with the failure, and draws it.
 * @example
 * ```ts
 * import { execCharge, explainFailure, explore } from "@forkpath/explore";
 * const litmus = execCharge({ pages: 1, faults: 1 });
 * const [failure] = explore(litmus, { strategy: "dfs" }).failures;
 * if (failure) console.log(explainFailure(litmus, failure).preemptions); // 1
 * ```
 */
export function explainFailure<S extends LitmusState>(
  litmus: Litmus<S>,
  { kind, message, count, schedule }: Failure,
  options: WitnessOptions = {},
): ExplainedFailure {
  const found = shrink(litmus, schedule, { max: SHRINK_RUNS });
  const { steps } = observe(litmus, found.schedule);
  return {
    kind,
    message,
    count,
    replay: replayOf(litmus, schedule),
    plainest: replayOf(litmus, found.schedule),
    preemptions: found.preemptions,
    isLeast: found.isLeast,
    witness: drawWitness(steps, litmus.threadNames, options),
  };
}
