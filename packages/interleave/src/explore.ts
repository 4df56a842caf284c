/**
 * Runs a program under one schedule after the other, as a strategy wants, and keeps the findings.
 */
import { expectInteger } from "./check.ts";
import { DEFAULT_MAX_STEPS, Execution } from "./execution.ts";
import type { RunFailure } from "./failure.ts";
import type { Program } from "./program.ts";
import { describeGuarantee, type Exploration, Findings, type WorkerShare } from "./result.ts";
import { type Claims, type Shard, WHOLE } from "./shard.ts";
import { RunEnd, type Search, type Strategy } from "./strategy.ts";

/** How far an exploration goes, and what is heard of it. */
export interface ExploreOptions {
  /** Stop after so many runs, those given up included; without it, when the strategy does. */
  readonly max?: number;
  /** A run with more steps fails as a livelock; 10,000 if left out. */
  readonly maxSteps?: number;
  /** Explore one shard only. */
  readonly shard?: Shard;
  /** Share the shard with other workers, each of which makes a part of the runs. */
  readonly claims?: Claims;
  /** Called after each run that counts. The report is reused: take what you need. */
  readonly onRun?: (run: RunReport) => void;
  /** Asked after each run that counts; true ends the exploration, as `max` does. */
  readonly stopWhen?: (run: RunReport) => boolean;
}

/** One run, as `onRun` sees it. */
export interface RunReport {
  /** How the run ended; undefined for a run that failed. */
  readonly outcome: string | undefined;
  /** What was wrong with it; undefined for a run that ended well. */
  readonly failure: RunFailure | undefined;
  /** Steps of this run. */
  readonly steps: number;
  /** The schedule as text, fit for `replay`; made when it is asked for. */
  schedule(): string;
}

/**
 * Explores the schedules of `program`.
 * @throws RangeError for limits below 1, or a program with no threads or too many
 * @example
 * ```ts
 * import { dfs, exploreProgram } from "@forkpath/interleave";
 * const point = { kind: 0, object: {}, label: "x", ready: () => true };
 * function* step() {
 *   yield point;
 * }
 * const threads = () => ["ann", "bob"].map((name) => ({ name, run: step() }));
 * const { schedules } = exploreProgram({ name: "two steps", setup: () => ({}), threads }, dfs());
 * console.log(schedules); // 2
 * ```
 */
export function exploreProgram<S>(
  program: Program<S>,
  strategy: Strategy,
  options: ExploreOptions = {},
): Exploration {
  const explorer = new Explorer(program, strategy, options);
  while (explorer.advance());
  return explorer.result();
}

/**
 * An exploration that is made run by run: for a caller that shows how far it is, or has to end it
 * at a moment of its own.
 * @example
 * ```ts
 * import { dfs, Explorer } from "@forkpath/interleave";
 * const point = { kind: 0, object: {}, label: "x", ready: () => true };
 * function* step() {
 *   yield point;
 * }
 * const threads = () => ["ann", "bob"].map((name) => ({ name, run: step() }));
 * const explorer = new Explorer({ name: "two steps", setup: () => ({}), threads }, dfs());
 * explorer.advance();
 * console.log(explorer.schedules); // 1
 * ```
 */
export class Explorer<S> {
  /** Runs so far that came to an end. */
  schedules = 0;
  private readonly program: Program<S>;
  private readonly strategyName: string;
  private readonly options: ExploreOptions;
  private readonly max: number;
  private readonly shard: Shard;
  private readonly run: Execution<S>;
  private readonly search: Search;
  private readonly findings = new Findings();
  private cut = 0;
  private steps = 0;
  private complete = false;
  private hasEnded = false;

  /** @throws RangeError for limits below 1 */
  constructor(program: Program<S>, strategy: Strategy, options: ExploreOptions = {}) {
    const { max = Number.MAX_SAFE_INTEGER, maxSteps = DEFAULT_MAX_STEPS, shard = WHOLE } = options;
    expectInteger("explore", "max", max, 1);
    expectInteger("explore", "maxSteps", maxSteps, 1);
    this.program = program;
    this.strategyName = strategy.name;
    this.options = options;
    this.max = max;
    this.shard = shard;
    this.search = strategy.begin(shard, options.claims);
    this.run = new Execution(program, maxSteps);
  }

  /**
   * Makes one more run; false when none is left to make.
   * @throws RangeError for a program with no threads or too many
   */
  advance(): boolean {
    if (this.hasEnded) return false;
    if (!this.search.next()) {
      this.complete = true;
      this.hasEnded = true;
    } else if (this.schedules + this.cut === this.max) this.hasEnded = true;
    else this.makeRun();
    return !this.hasEnded;
  }

  /** What has been found so far. */
  result(): Exploration {
    const { shard, schedules, complete, findings } = this;
    const { name, identity = name } = this.program;
    const covers = this.search.covers();
    return {
      program: name,
      identity,
      strategy: this.strategyName,
      shard,
      schedules,
      cut: this.cut,
      steps: this.steps,
      complete,
      covers,
      guarantee: describeGuarantee(covers, schedules, complete, shard),
      outcomes: findings.listOutcomes(),
      failures: findings.listFailures(),
    };
  }

  /** What this worker has found so far, to be joined with what the others have. */
  share(): WorkerShare {
    return { exploration: this.result(), ...this.findings.prefixes() };
  }

  private makeRun(): void {
    const { run, search, options } = this;
    const end = run.run(search);
    if (!search.finish(run, end) || end === RunEnd.FOREIGN) return;
    this.steps += run.steps;
    if (end === RunEnd.CUT) {
      this.cut++;
      return;
    }
    this.schedules++;
    const schedule = (): string => run.schedule();
    const prefix = search.prefix?.() ?? 0;
    const { outcome, failure } = run;
    if (outcome !== undefined) {
      this.findings.addOutcome(outcome, failure ?? null, schedule, prefix);
    }
    if (failure !== undefined) this.findings.addFailure(failure, schedule, prefix);
    options.onRun?.(run);
    if (options.stopWhen?.(run)) this.hasEnded = true;
  }
}
