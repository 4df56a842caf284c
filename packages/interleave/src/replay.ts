/**
 * Replay: one schedule again, step by step.
 *
 * A replay of the program that printed the schedule shows the same steps, one for one. Where the
 * program has changed since, the replay stops at the first step that no longer fits, and says why.
 */
import { isChoice, isIn, lowest } from "./bits.ts";
import { DEFAULT_MAX_STEPS, Execution } from "./execution.ts";
import type { RunFailure } from "./failure.ts";
import type { Program } from "./program.ts";
import { parseSchedule, threadLetter } from "./schedule.ts";
import { type Chooser, CUT, RunEnd, type RunView } from "./strategy.ts";

/** A step, as its point announced it. */
export interface ReplayedStep {
  /** Index of the thread that took it. */
  readonly thread: number;
  /** The `kind` of its point. */
  readonly kind: number;
  /** The `label` of its point. */
  readonly label: string;
  /** Whether it took the turn from a thread that could have gone on. */
  readonly isPreemption: boolean;
}

/** Where a program no longer does what a schedule or an earlier replay says. */
export interface Divergence {
  /** Index of the first step that differs. */
  readonly step: number;
  /** What was expected there and what came. */
  readonly reason: string;
}

/** One run, step by step. */
export interface Replay<S> {
  /** By the index of the thread. */
  readonly threadNames: readonly string[];
  /** Every step that was taken, in order. */
  readonly steps: readonly ReplayedStep[];
  /** How the run ended, unless a failure or a divergence stopped it. */
  readonly outcome: string | undefined;
  /** What was wrong with the run; undefined when nothing was. */
  readonly failure: RunFailure | undefined;
  /** Where the run no longer fits; undefined when it fits to its end. */
  readonly divergence: Divergence | undefined;
  /** The program's state at the end. */
  readonly state: S;
}

/** What a replay is held against. */
export interface ReplayOptions {
  /** As given to `explore`, 10,000 if left out. */
  readonly maxSteps?: number;
  /** The steps of an earlier replay; the first that differs is a divergence. */
  readonly expected?: readonly ReplayedStep[];
}

/**
 * Runs `program` once, as `schedule` says.
 * @throws RangeError when `schedule` is no schedule
 * @example
 * ```ts
 * import { replay } from "@forkpath/interleave";
 * const point = { kind: 0, object: {}, label: "x", ready: () => true };
 * function* step() {
 *   yield point;
 * }
 * const threads = () => ["ann", "bob"].map((name) => ({ name, run: step() }));
 * const { steps } = replay({ name: "two steps", setup: () => ({}), threads }, "v1:ba");
 * console.log(steps.map(({ thread }) => thread).join(" ")); // 1 0
 * ```
 */
export function replay<S>(
  program: Program<S>,
  schedule: string,
  { maxSteps = DEFAULT_MAX_STEPS, expected }: ReplayOptions = {},
): Replay<S> {
  const run = new Execution(program, maxSteps);
  const script = new Script(parseSchedule(schedule), expected);
  const end = run.run(script);
  script.compareEnd(end);
  return {
    threadNames: run.threadNames,
    steps: script.steps,
    outcome: run.outcome,
    failure: run.failure,
    divergence: script.divergence,
    state: run.state,
  };
}

/** Follows given choices, and keeps the steps. */
class Script implements Chooser {
  readonly steps: ReplayedStep[] = [];
  divergence: Divergence | undefined;
  private readonly choices: readonly number[];
  private readonly expected: readonly ReplayedStep[] | undefined;
  private position = 0;

  constructor(choices: readonly number[], expected: readonly ReplayedStep[] | undefined) {
    this.choices = choices;
    this.expected = expected;
  }

  choose(run: RunView, ready: number): number {
    const thread = isChoice(ready) ? this.choices[this.position++] : lowest(ready);
    if (thread === undefined) {
      const named = run.threadNames.map((name, index) => `${name} (${threadLetter(index)})`);
      const left = named.filter((_, index) => isIn(ready, index));
      return this.diverge(`the schedule ends, and ${left.join(" and ")} could go on`);
    }
    if (!isIn(ready, thread)) {
      return this.diverge(`${threadLetter(thread)} should go on, and is not ready`);
    }
    const { kind, label } = run.pending[thread];
    const isPreemption = thread !== run.lastThread && isIn(ready, run.lastThread);
    const step: ReplayedStep = { thread, kind, label, isPreemption };
    const wanted = this.expected?.[this.steps.length];
    if (this.expected !== undefined && !isSameStep(wanted, step)) {
      return this.diverge(`wanted ${describe(wanted)}, got ${describe(step)}`);
    }
    this.steps.push(step);
    return thread;
  }

  /** Looks for what the run did not come to. */
  compareEnd(end: RunEnd): void {
    if (end === RunEnd.CUT) return;
    const left = this.choices.length - this.position;
    if (left > 0) this.diverge(`the run is over, choices left: ${left}`);
    const wanted = this.expected?.[this.steps.length];
    if (wanted !== undefined) this.diverge(`wanted ${describe(wanted)}, and the run is over`);
  }

  private diverge(reason: string): typeof CUT {
    this.divergence ??= { step: this.steps.length, reason };
    return CUT;
  }
}

/** Two runs share no objects: all that can be compared is what each step said of itself. */
const isSameStep = (a: ReplayedStep | undefined, b: ReplayedStep): boolean =>
  describe(a) === describe(b);

const describe = (step: ReplayedStep | undefined): string =>
  step === undefined
    ? "the end"
    : `${threadLetter(step.thread)} at ${step.label} (kind ${step.kind})`;
