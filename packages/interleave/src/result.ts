/**
 * What an exploration found: plain data, fit for JSON.
 *
 * A program ends in few ways, so each distinct outcome or failure is kept once, with the number of
 * runs that showed it and one schedule that does. Counts are numbers of schedules under `dfs`;
 * under `dpor` and in samples they only say how often the strategy came by.
 */
import { failureKey, type RunFailure } from "./failure.ts";
import { describeShard, type Shard } from "./shard.ts";

/** One way in which the program ends. */
export interface Outcome {
  /** What `Program.outcome` called it. */
  readonly outcome: string;
  /** Runs that ended so. */
  readonly count: number;
  /** The first schedule that showed it. */
  readonly schedule: string;
  /** What is wrong with such an end; null for a good one. Other failures make other outcomes. */
  readonly failure: RunFailure | null;
}

/** Text and failure in one: two outcomes with one key are the same outcome. */
export const outcomeKey = ({ outcome, failure }: Pick<Outcome, "outcome" | "failure">): string =>
  failure === null ? outcome : `${outcome}\0${failureKey(failure)}`;

/** One way in which the program fails. */
export interface Failure extends RunFailure {
  /** Runs that failed so. */
  readonly count: number;
  /** The first schedule that showed it. */
  readonly schedule: string;
}

/** What the runs of one exploration, or of several merged ones, have shown. */
export interface Exploration {
  /** The program's name. */
  readonly program: string;
  /** What tells the program from others: results of one identity are merged. */
  readonly identity: string;
  /** Name of the strategy, with its parameters. */
  readonly strategy: string;
  /** Which part of the whole was explored; one of one for all of it. */
  readonly shard: Shard;
  /** Runs that came to an end, good or bad. */
  readonly schedules: number;
  /** Runs given up halfway, since what follows had been seen; they are no schedules. */
  readonly cut: number;
  /** Steps taken in its own runs, given up or not. */
  readonly steps: number;
  /** Whether the strategy came to its end, so that the guarantee is its full one. */
  readonly complete: boolean;
  /** What the strategy covers when it comes to its end, in words. */
  readonly covers: string;
  /** What has been covered now, in words. */
  readonly guarantee: string;
  /** Sorted by text. A run that a failure stopped has no outcome. */
  readonly outcomes: readonly Outcome[];
  /** Sorted by kind and message. */
  readonly failures: readonly Failure[];
}

/** The words for what an exploration of `schedules` schedules has covered. */
export function describeGuarantee(
  covers: string,
  schedules: number,
  complete: boolean,
  shard: Shard,
): string {
  const whole = shard.count === 1 ? covers : `${describeShard(shard)} of ${covers}`;
  return complete ? whole : `${schedules} schedules, short of ${whole}`;
}

/** What one of several workers on a shard has found. */
export interface WorkerShare {
  /** What it found in the runs that it made itself. */
  readonly exploration: Exploration;
  /** In the order of `outcomes`: number of the prefix that showed it first. */
  readonly outcomePrefixes: readonly number[];
  /** In the order of `failures`. */
  readonly failurePrefixes: readonly number[];
}

/** How often something was seen, and where first. */
interface Sighting {
  count: number;
  readonly schedule: string;
  readonly prefix: number;
}

/** Gathers outcomes and failures while runs come in. */
export class Findings {
  private readonly outcomes = new Map<
    string,
    Sighting & { readonly outcome: string; readonly failure: RunFailure | null }
  >();
  private readonly failures = new Map<string, Sighting & { readonly failure: RunFailure }>();

  addOutcome(
    outcome: string,
    failure: RunFailure | null,
    schedule: () => string,
    prefix: number,
  ): void {
    const key = outcomeKey({ outcome, failure });
    const seen = this.outcomes.get(key);
    if (seen !== undefined) seen.count++;
    else this.outcomes.set(key, { outcome, failure, count: 1, schedule: schedule(), prefix });
  }

  addFailure(failure: RunFailure, schedule: () => string, prefix: number): void {
    const key = failureKey(failure);
    const seen = this.failures.get(key);
    if (seen !== undefined) seen.count++;
    else this.failures.set(key, { failure, count: 1, schedule: schedule(), prefix });
  }

  prefixes(): Omit<WorkerShare, "exploration"> {
    return {
      outcomePrefixes: sorted(this.outcomes).map(([, { prefix }]) => prefix),
      failurePrefixes: sorted(this.failures).map(([, { prefix }]) => prefix),
    };
  }

  listOutcomes(): Outcome[] {
    return sorted(this.outcomes).map(([, { outcome, count, schedule, failure }]) => ({
      outcome,
      count,
      schedule,
      failure,
    }));
  }

  listFailures(): Failure[] {
    return sorted(this.failures).map(([, { failure, count, schedule }]) => ({
      kind: failure.kind,
      message: failure.message,
      count,
      schedule,
    }));
  }
}

/** By code units, so that every machine sorts alike. */
const sorted = <V>(map: ReadonlyMap<string, V>): Array<[string, V]> =>
  [...map].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
