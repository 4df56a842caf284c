/**
 * One recorded history from its first call to the verdict: each call is made on a machine of the
 * wanted kernel, and the whole state after it is held against the recorded one.
 */
import type { Exchanges, KernelName } from "@forkpath/abi";
import type { History, RecordedState } from "@forkpath/recordings";
import { parseLine } from "./call.ts";
import { doCall } from "./call-table.ts";
import { reapOrphans } from "./calls/tasks.ts";
import { compareStates, type FieldDifference, isAstray } from "./compare-state.ts";
import { faultsOf, lookAtTasks } from "./look/state.ts";
import { NotModelled, type Outcome } from "./outcome.ts";
import { createWorld, type World } from "./world.ts";

/** The first time that a field differed. */
export interface HistoryDifference extends FieldDifference {
  /** The call after which it did, counted from 0, and its line. */
  readonly step: number;
  /** The line, as the recording has it. */
  readonly call: string;
}

/** What came of one history. */
export interface HistoryVerdict {
  /** A history is not modelled when it makes a call, or needs a machine, that the model lacks. */
  readonly outcome: "passed" | "failed" | "not modelled";
  /** Calls that were made, and their states compared. */
  readonly steps: number;
  /** One for each field that differed; by step, and the most telling one first. */
  readonly differences: readonly HistoryDifference[];
  /** What is not modelled, or how the model broke, in one line. */
  readonly problem?: string;
}

/** How a history is run and compared. */
export interface HistoryOptions {
  /** Fields that are not compared. */
  readonly ignored?: readonly string[];
  /** Calls to make; by default all. */
  readonly until?: number;
  /** Rules that answer as on another release: then the recording should tell. */
  readonly rules?: Exchanges;
  /** Hears of every state, as the model has it. */
  readonly onState?: (step: number, state: RecordedState) => void;
}

/** What 6.1 does not tell exactly, or in other words (SCHEMA.md, What 6.1 does otherwise). */
const INEXACT_BEFORE_6_2 = [
  "VmRSS",
  "RssAnon",
  "RssFile",
  "RssShmem",
  "VmSwap",
  "VmHWM",
  "hiwaterRss",
  "rssStat",
  "maxrss",
  "childMaxrss",
  "rusage",
];
const SKIPPED: Readonly<Partial<Record<KernelName, readonly string[]>>> = {
  "v6.1": INEXACT_BEFORE_6_2,
};

/**
 * Runs `history` on a machine of `kernel`, to its end or until the two are no longer in the same
 * state. Never throws: a model that breaks is a verdict too.
 * @example
 * ```ts
 * import { runHistory } from "@forkpath/conform";
 * import { loadHistories } from "@forkpath/recordings";
 * const [first] = loadHistories("v6.18", "tasks");
 * if (first) console.log(runHistory(first, "v6.18").outcome); // passed
 * ```
 */
export function runHistory(
  history: History,
  kernel: KernelName,
  options: HistoryOptions = {},
): HistoryVerdict {
  const { ignored = [], onState } = options;
  const until = Math.min(options.until ?? history.history.length, history.history.length);
  const skipped = new Set([...(SKIPPED[kernel] ?? []), ...ignored]);
  const found: HistoryDifference[] = [];
  let step = 0;
  try {
    const world = createWorld(history, kernel, options.rules);
    while (step < until && !found.some(isAstray)) {
      const state = takeStep(world, history, step);
      onState?.(step, state);
      for (const one of compareStates(history.after[step], state, skipped)) {
        if (skipped.has(one.field)) continue;
        skipped.add(one.field);
        found.push({ ...one, step, call: history.history[step] });
      }
      step++;
    }
  } catch (error) {
    return broken(step, found, error);
  }
  const outcome = found.length === 0 ? "passed" : "failed";
  return { outcome, steps: step, differences: found };
}

function takeStep(world: World, history: History, step: number): RecordedState {
  const { kernel, subjects } = world;
  const line = parseLine(history.history[step]);
  const pid = subjects.get(line.actor)?.pid;
  const leader = pid === undefined ? undefined : kernel.machine.fork.tasks.get(pid)?.groupLeader;
  const tgid = leader?.tgid; // after an exec by a thread, that of another task
  const before = leader === undefined ? { minflt: 0, majflt: 0 } : faultsOf(leader);
  const committed = kernel.totals().committed;
  kernel.drainLru();
  const outcome = doCall(world, line);
  reapOrphans(world);
  const now = tgid === undefined ? undefined : kernel.machine.fork.tasks.get(tgid);
  const after = now === undefined ? before : faultsOf(now);
  const isOfTasks = history.tasks === true;
  return {
    ...topFields(outcome),
    ...(isOfTasks && line.actor !== "-" && { committed: kernel.totals().committed - committed }),
    minflt: after.minflt - before.minflt,
    majflt: after.majflt - before.majflt,
    procs: lookAtTasks(world, isOfTasks),
  };
}

const topFields = ({ result, done, more }: Outcome): { readonly result: string } => ({
  result,
  ...(done !== undefined && { done }),
  ...more,
});

function broken(
  steps: number,
  differences: readonly HistoryDifference[],
  error: unknown,
): HistoryVerdict {
  const [line] = String(error).split("\n", 1);
  if (!(error instanceof NotModelled)) {
    return { outcome: "failed", steps, differences, problem: line };
  }
  const outcome = differences.length === 0 ? "not modelled" : "failed";
  return { outcome, steps, differences, problem: `not modelled: ${error.message}` };
}
