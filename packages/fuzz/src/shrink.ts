/**
 * The smallest history that still fails in the same way: steps are left out, many at a time and
 * then one by one, then children, whose parents act in their place, then processes and mappings,
 * then sizes are halved; all that again, as long as something helps.
 */
import { parseScenario, ScenarioError } from "@forkpath/scenario";
import type { Entry } from "@forkpath/scenario/internal";
import { type History, historyText } from "./history.ts";
import { type HistoryRun, type OnStep, replayHistory } from "./run-history.ts";
import { simplerStarts, simplerSteps, withoutChildren } from "./simpler.ts";

export interface ShrinkOptions {
  readonly onStep?: OnStep;
  /** Runs at most. */
  readonly mostRuns: number;
}

/** What a failure is called however large its numbers are: two that are called alike are one. */
const kindOfFailure = ({ wrong }: HistoryRun): string =>
  (wrong[0] ?? "").replaceAll(/0x[0-9a-f]+|-?\d+/g, "#");

/** What is left of a history that failed. */
export interface Shrunk {
  readonly history: History;
  /** As in `HistoryRun`. */
  readonly wrong: readonly string[];
}

/** Requires a run that failed. @returns a history that fails in the same way, and is no longer */
export function shrink(failed: HistoryRun, { onStep, mostRuns }: ShrinkOptions): Shrunk {
  const kind = kindOfFailure(failed);
  let { wrong } = failed;
  let best = failed.history();
  let isBestWritable = isWritable(best);
  let runs = 0;
  const isBetter = (candidate: History): boolean => {
    if (runs++ >= mostRuns) return false;
    const run = replayHistory(candidate, onStep);
    if (kindOfFailure(run) !== kind) return false;
    const history = run.history();
    const isRunWritable = isWritable(history);
    if (isBestWritable && !isRunWritable) return false;
    best = history;
    wrong = run.wrong;
    isBestWritable = isRunWritable;
    return true;
  };
  for (let before = ""; before !== JSON.stringify(best); ) {
    before = JSON.stringify(best);
    dropSteps(() => best, isBetter);
    takeFirst(() => withoutChildren(best), isBetter);
    takeFirst(() => simplerStarts(best), isBetter);
    takeFirst(() => simplerSteps(best), isBetter);
  }
  return { history: best, wrong };
}

/** Whether every name in it means something, so that it can be read back from a file. */
function isWritable(history: History): boolean {
  try {
    parseScenario(historyText(history, { comment: [], title: "smaller" }));
    return true;
  } catch (error) {
    if (error instanceof ScenarioError) return false;
    throw error;
  }
}

/** From the end on, in chunks that become smaller: what came last has most to do with it. */
function dropSteps(current: () => History, isBetter: (candidate: History) => boolean): void {
  for (let size = Math.ceil(current().steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let end = current().steps.length; end > 0; end -= size) {
      const { steps } = current();
      const first = Math.max(0, Math.min(end, steps.length) - size);
      isBetter({ ...current(), steps: without(steps, first, first + size) });
    }
  }
}

const without = (steps: readonly Entry[], first: number, end: number): readonly Entry[] => [
  ...steps.slice(0, first),
  ...steps.slice(end),
];

/** Takes whichever candidate is better, then looks at those of the better one. */
function takeFirst(
  candidates: () => Iterable<History>,
  isBetter: (candidate: History) => boolean,
): void {
  let isProgress = true;
  while (isProgress) {
    isProgress = false;
    for (const candidate of candidates()) {
      if (!isBetter(candidate)) continue;
      isProgress = true;
      break;
    }
  }
}
