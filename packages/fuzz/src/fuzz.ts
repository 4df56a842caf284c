/**
 * Random histories, one after the other, until one fails or enough steps were made.
 *
 * A history's own seed is the first one's plus its number: so `--seed` with it begins there. After
 * its random steps come those that bring it to its end, which nobody counts.
 */
import { expectInteger, type KernelName } from "@forkpath/abi";
import type { World } from "@forkpath/scenario";
import { createStartReader, createStepReader, type Entry } from "@forkpath/scenario/internal";
import { endingStep } from "./ending.ts";
import { historyText } from "./history.ts";
import { createRandom } from "./random.ts";
import { randomStart } from "./random-machine.ts";
import { randomStep } from "./random-step.ts";
import {
  type Ended,
  type HistoryRun,
  type OnStep,
  type Readers,
  runHistory,
} from "./run-history.ts";
import { shrink } from "./shrink.ts";

/** How many random histories, and which. */
export interface FuzzOptions {
  /** Of the first history: 0 to 2^32-1. */
  readonly seed: number;
  /** Random ones, of all histories together; 1 at least. */
  readonly steps: number;
  /** Of every machine; by default el6. */
  readonly kernel?: KernelName;
  /** Called before each step, as `RunOptions.onStep` is. */
  readonly onStep?: OnStep;
}

/** A history that failed, shrunk. */
export interface FuzzFailure {
  /** Of this history alone. */
  readonly seed: number;
  /** How many random steps it had made when it failed, before it was shrunk. */
  readonly atStep: number;
  /** What was wrong with it, a line each. */
  readonly wrong: readonly string[];
  /** A scenario file that fails in the same way. */
  readonly text: string;
}

/** What the histories came to. */
export interface FuzzReport {
  /** How many were begun. */
  readonly histories: number;
  /** Random steps that were made. */
  readonly steps: number;
  /** How often each verb went well. */
  readonly succeeded: ReadonlyMap<string, number>;
  /** How often each verb ended with an errno or a signal. */
  readonly refused: ReadonlyMap<string, number>;
  /** The first history that failed; null for none. */
  readonly failure: FuzzFailure | null;
}

/**
 * More processes and pages than that and a history is hard to read; and what is new comes early.
 */
const STEPS_A_HISTORY = 250;
const MOST_SHRINKING_RUNS = 800;
/** A huge page has 512 that can be wrong. */
const MOST_WRONG_TOLD = 10;
const MOST_SEED = 2 ** 32 - 1;

/**
 * The same options find the same.
 * @throws RangeError for a seed or a number of steps out of range
 * @example
 * ```ts
 * import { fuzz } from "@forkpath/fuzz";
 * console.log(fuzz({ seed: 1, steps: 20 }).failure); // null
 * ```
 */
export function fuzz(options: FuzzOptions): FuzzReport {
  const work = fuzzSteps(options);
  let step = work.next(false);
  while (!step.done) step = work.next(false);
  return step.value;
}

/**
 * The same history by history, for a caller that shows how far it is or has to end it: yields the
 * steps that were made so far, and takes whether to stop.
 * @throws RangeError as `fuzz` does, at the first step
 * @example
 * ```ts
 * import { fuzzSteps } from "@forkpath/fuzz";
 * const work = fuzzSteps({ seed: 1, steps: 20 });
 * let turn = work.next();
 * while (!turn.done) turn = work.next(false);
 * console.log(turn.value.steps); // 20
 * ```
 */
export function* fuzzSteps(options: FuzzOptions): Generator<number, FuzzReport, boolean> {
  expectInteger("fuzz", "seed", options.seed, 0, MOST_SEED);
  expectInteger("fuzz", "steps", options.steps, 1, Number.MAX_SAFE_INTEGER);
  const { onStep, kernel } = options;
  const read = { start: createStartReader(), step: createStepReader() };
  const succeeded = new Map<string, number>();
  const refused = new Map<string, number>();
  let steps = 0;
  for (let histories = 1; ; histories++) {
    const seed = (options.seed + histories - 1) % (MOST_SEED + 1);
    const run = runRandom(seed, Math.min(STEPS_A_HISTORY, options.steps - steps), {
      onStep,
      kernel,
      read,
    });
    steps += run.randomSteps;
    for (const one of run.ended) count(isRefusal(one) ? refused : succeeded, one.verb);
    const failure = run.wrong.length === 0 ? null : explain(seed, run, options);
    if (failure !== null || steps >= options.steps || (yield steps)) {
      return { histories, steps, succeeded, refused, failure };
    }
  }
}

interface RandomRun extends HistoryRun {
  /** Tried, whether or not they could be done. */
  readonly randomSteps: number;
}

interface Making {
  readonly onStep: OnStep | undefined;
  readonly kernel: KernelName | undefined;
  readonly read: Readers;
}

function runRandom(seed: number, mostSteps: number, { onStep, kernel, read }: Making): RandomRun {
  const random = createRandom(seed);
  const start = randomStart(random, kernel);
  let randomSteps = 0;
  const next = (world: World): Entry | null => {
    if (randomSteps === mostSteps) return endingStep(world, random);
    randomSteps++;
    return randomStep(world, random) ?? endingStep(world, random);
  };
  const run = runHistory(start, next, onStep, read);
  return { ...run, randomSteps };
}

function explain(
  seed: number,
  run: RandomRun,
  { onStep, kernel }: Pick<FuzzOptions, "onStep" | "kernel">,
): FuzzFailure {
  const on = kernel === undefined ? "" : ` --kernel ${kernel}`;
  const small = shrink(run, {
    mostRuns: MOST_SHRINKING_RUNS,
    ...(onStep === undefined ? {} : { onStep }),
  });
  const { randomSteps: atStep } = run;
  const untold = small.wrong.length - MOST_WRONG_TOLD;
  const comment = [
    `Found by: forkpath fuzz --seed ${seed} --steps ${atStep}${on}`,
    "What is wrong after the last step:",
    ...small.wrong.slice(0, MOST_WRONG_TOLD).map((line) => `  ${line}`),
    ...(untold > 0 ? [`  and ${untold} more`] : []),
  ];
  const text = historyText(small.history, { comment, title: `A random history, seed ${seed}` });
  return { seed, atStep, wrong: small.wrong, text };
}

const isRefusal = ({ outcome }: Ended): boolean => outcome !== "success" && outcome !== "waits";

const count = (into: Map<string, number>, verb: string): void => {
  into.set(verb, (into.get(verb) ?? 0) + 1);
};
