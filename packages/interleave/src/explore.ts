/** Runs a program under one schedule after the other, as a strategy wants, and keeps the findings. */
import { expectInteger } from "./check.ts";
import { DEFAULT_MAX_STEPS, Execution } from "./execution.ts";
import type { RunFailure } from "./failure.ts";
import type { Program } from "./program.ts";
import { describeGuarantee, type Exploration, Findings } from "./result.ts";
import { type Shard, WHOLE } from "./shard.ts";
import { RunEnd, type Search, type Strategy } from "./strategy.ts";

export interface ExploreOptions {
  /** Stop after so many runs, those given up included; without it, when the strategy does. */
  readonly max?: number;
  /** A run with more steps fails as a livelock; 10,000 if left out. */
  readonly maxSteps?: number;
  /** Explore one shard only. */
  readonly shard?: Shard;
  /** Called after each run that counts. The report is reused: take what you need. */
  readonly onRun?: (run: RunReport) => void;
  /** Asked after each run that counts; true ends the exploration, as `max` does. */
  readonly stopWhen?: (run: RunReport) => boolean;
}

export interface RunReport {
  readonly outcome: string | undefined;
  readonly failure: RunFailure | undefined;
  /** Steps of this run. */
  readonly steps: number;
  schedule(): string;
}

/**
 * Explores the schedules of `program`.
 * @throws RangeError for limits below 1, or a program with no threads or too many
 */
export function explore<S>(
  program: Program<S>,
  strategy: Strategy,
  options: ExploreOptions = {},
): Exploration {
  const { max = Number.MAX_SAFE_INTEGER, maxSteps = DEFAULT_MAX_STEPS, shard = WHOLE } = options;
  expectInteger("explore", "max", max, 1);
  expectInteger("explore", "maxSteps", maxSteps, 1);
  const search = strategy.begin(shard);
  const tally = runAll(new Execution(program, maxSteps), search, max, options);
  const { findings, schedules, cut, steps, complete } = tally;
  const covers = search.covers();
  return {
    program: program.name,
    strategy: strategy.name,
    shard,
    schedules,
    cut,
    steps,
    complete,
    covers,
    guarantee: describeGuarantee(covers, schedules, complete, shard),
    outcomes: findings.listOutcomes(),
    failures: findings.listFailures(),
  };
}

interface Tally {
  readonly findings: Findings;
  schedules: number;
  cut: number;
  steps: number;
  complete: boolean;
}

function runAll<S>(
  run: Execution<S>,
  search: Search,
  max: number,
  { onRun, stopWhen }: ExploreOptions,
): Tally {
  const findings = new Findings();
  const tally: Tally = { findings, schedules: 0, cut: 0, steps: 0, complete: false };
  const schedule = (): string => run.schedule();
  while (search.next()) {
    if (tally.schedules + tally.cut === max) return tally;
    const end = run.run(search);
    tally.steps += run.steps;
    if (!search.finish(run, end) || end === RunEnd.FOREIGN) continue;
    if (end === RunEnd.CUT) {
      tally.cut++;
      continue;
    }
    tally.schedules++;
    if (run.outcome !== undefined) findings.addOutcome(run.outcome, schedule);
    if (run.failure !== undefined) findings.addFailure(run.failure, schedule);
    onRun?.(run);
    if (stopWhen?.(run)) return tally;
  }
  tally.complete = true;
  return tally;
}
