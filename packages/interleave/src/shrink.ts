/**
 * Shrinking: the plainest schedule that shows the same failure.
 *
 * First all schedules without preemptions are tried, then all with one, and so on: the first hit
 * has the fewest. That, or the given schedule where trying them all would take too long, then
 * loses turns one by one, as long as the failure stays.
 */
import { expectInteger } from "./check.ts";
import { DEFAULT_MAX_STEPS, Execution } from "./execution.ts";
import { exploreProgram } from "./explore.ts";
import { failureKey, type RunFailure } from "./failure.ts";
import { Guide, simplerPlans, turnsOf } from "./guide.ts";
import type { Program } from "./program.ts";
import { type ReplayedStep, replay } from "./replay.ts";
import { bounded } from "./tree-search.ts";

/** How much may be spent, and what counts as the same failure. */
export interface ShrinkOptions {
  /** Runs that may be spent; 100,000 if left out. */
  readonly max?: number;
  /** As given to `exploreProgram`, 10,000 if left out. */
  readonly maxSteps?: number;
  /** Whether another run's failure is as good; by default, one of the same kind and message. */
  readonly isSame?: (failure: RunFailure) => boolean;
}

/** The plainest schedule that was found. */
export interface Shrunk {
  /** As text, fit for `replay`. */
  readonly schedule: string;
  /** The failure that it shows. */
  readonly failure: RunFailure;
  /** Steps of that run. */
  readonly steps: number;
  /** Times that a thread lost its turn while it could have gone on. */
  readonly preemptions: number;
  /** Times that the turn went to another thread, for whatever reason. */
  readonly switches: number;
  /** Whether the failure cannot be had with fewer preemptions: all such schedules were tried. */
  readonly isLeast: boolean;
  /** Runs spent. */
  readonly runs: number;
}

const DEFAULT_MAX_RUNS = 100_000;

/**
 * Looks for a plainer schedule with the failure of `schedule`.
 * @throws RangeError when `schedule` does not fit the program, or does not fail
 * @example
 * ```ts
 * import { shrink } from "@forkpath/interleave";
 * const point = { kind: 0, object: {}, label: "x", ready: () => true };
 * function* step() {
 *   yield point;
 *   throw new Error("always");
 * }
 * const threads = () => ["ann", "bob"].map((name) => ({ name, run: step() }));
 * const { failure } = shrink({ name: "fails", setup: () => ({}), threads }, "v1:b");
 * console.log(failure.kind, failure.message); // thrown bob: always
 * ```
 */
export function shrink<S>(
  program: Program<S>,
  schedule: string,
  options: ShrinkOptions = {},
): Shrunk {
  expectInteger("shrink", "max", options.max ?? DEFAULT_MAX_RUNS, 1);
  return new Shrinker(program, schedule, options).shrink();
}

/** A schedule that shows the failure, and how plain it is. */
interface Witness {
  readonly schedule: string;
  readonly failure: RunFailure;
  readonly steps: readonly ReplayedStep[];
  readonly preemptions: number;
  readonly switches: number;
}

class Shrinker<S> {
  private readonly program: Program<S>;
  private readonly maxRuns: number;
  private readonly maxSteps: number;
  private readonly isSame: (failure: RunFailure) => boolean;
  private best: Witness;
  private runs = 1;

  constructor(program: Program<S>, schedule: string, options: ShrinkOptions) {
    this.program = program;
    this.maxRuns = options.max ?? DEFAULT_MAX_RUNS;
    this.maxSteps = options.maxSteps ?? DEFAULT_MAX_STEPS;
    this.best = this.examine(schedule);
    const key = failureKey(this.best.failure);
    this.isSame = options.isSame ?? ((failure) => failureKey(failure) === key);
  }

  shrink(): Shrunk {
    const refuted = this.searchByPreemptions();
    while (this.dropTurn()) {
      // Each success starts over with a plainer witness, so this ends.
    }
    const { schedule, failure, steps, preemptions, switches } = this.best;
    const isLeast = preemptions === refuted;
    const { runs } = this;
    return { schedule, failure, steps: steps.length, preemptions, switches, isLeast, runs };
  }

  /** Returns the number of preemptions with fewer than which the failure cannot be had. */
  private searchByPreemptions(): number {
    for (let count = 0; count < this.best.preemptions; count++) {
      const max = this.maxRuns - this.runs;
      if (max < 1) return count;
      let hit: string | undefined;
      const { schedules, complete } = exploreProgram(this.program, bounded(count), {
        max,
        maxSteps: this.maxSteps,
        stopWhen: (run) => {
          if (run.failure === undefined || !this.isSame(run.failure)) return false;
          hit = run.schedule();
          return true;
        },
      });
      this.runs += schedules;
      if (hit !== undefined) this.best = this.examine(hit);
      if (hit !== undefined || !complete) return count;
    }
    return this.best.preemptions;
  }

  /** Tries each plan with one turn less; false when none of them is plainer and still fails. */
  private dropTurn(): boolean {
    for (const turns of simplerPlans(turnsOf(this.best.steps))) {
      if (this.runs >= this.maxRuns) return false;
      this.runs++;
      const run = new Execution(this.program, this.maxSteps);
      run.run(new Guide(turns));
      if (run.failure === undefined || !this.isSame(run.failure)) continue;
      const witness = this.examine(run.schedule());
      if (!isPlainer(witness, this.best)) continue;
      this.best = witness;
      return true;
    }
    return false;
  }

  private examine(schedule: string): Witness {
    const { maxSteps } = this;
    const { failure, divergence, steps } = replay(this.program, schedule, { maxSteps });
    if (failure === undefined || divergence !== undefined) {
      const got =
        divergence === undefined ? "none" : `${divergence.reason} (step ${divergence.step})`;
      throw new RangeError(`shrink: wanted a schedule that ends in a failure, got ${got}`);
    }
    const preemptions = steps.filter(({ isPreemption }) => isPreemption).length;
    return { schedule, failure, steps, preemptions, switches: turnsOf(steps).length - 1 };
  }
}

/** By preemptions, then switches, then steps. */
const isPlainer = (a: Witness, b: Witness): boolean =>
  (a.preemptions - b.preemptions || a.switches - b.switches || a.steps.length - b.steps.length) < 0;
