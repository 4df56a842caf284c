/**
 * Runs a history, one that is written or one that is made up on the way, and recounts after every
 * step, until something is wrong. If all processes have ended by then, nothing may be left.
 */
import type { Kernel } from "@forkpath/kernel";
import { checkBlocks } from "@forkpath/page-table";
import {
  CannotRun,
  ScenarioError,
  type Step,
  type StepResult,
  type World,
} from "@forkpath/scenario";
import {
  type Entry,
  evaluate,
  expectationsOf,
  openWorld,
  runStep,
  scenarioOf,
  stepOf,
  taskOf,
} from "@forkpath/scenario/internal";
import { mismatchText } from "@forkpath/sync";
import { expectedAtEnd, isDeserted } from "./ending.ts";
import type { History } from "./history.ts";
import { createKnownDrift, type KnownDrift } from "./known-drift.ts";
import { createSwapOrphans, type SwapOrphans } from "./swap-orphans.ts";

/** Where a history begins. */
export type Start = Pick<History, "machine" | "processes">;

/** The next step, or null at the history's end. */
export type NextStep = (world: World) => Entry | null;

/**
 * Called before each step, counted from 1, as `RunOptions.onStep` is. What it throws counts as
 * found in that step.
 */
export type OnStep = (kernel: Kernel, step: number) => void;

/** Makes a step of what a file would say. @throws TypeError for what is no step */
export type ReadStep = (entry: Entry) => Step;

export interface HistoryRun {
  /** Those steps that could be done, each with how it ended; the last one failed, if one did. */
  readonly history: History;
  /** What is wrong after the last step; empty for nothing. */
  readonly wrong: readonly string[];
  /** How each step ended, in their order. */
  readonly ended: readonly Ended[];
}

export interface Ended {
  readonly verb: string;
  /** `success`, `waits`, or an errno or a signal. */
  readonly outcome: string;
}

/**
 * Stands for a step that could not be done, when the recount after it finds something wrong: then
 * the step is not the cause.
 */
const RECOUNT: Entry = { look: "a recount" };

/** A history as far as it has come. */
interface Progress {
  readonly world: World;
  readonly known: KnownDrift;
  readonly orphans: SwapOrphans;
  readonly onStep: OnStep | undefined;
  readonly read: ReadStep;
  readonly steps: Entry[];
  readonly ended: Ended[];
}

/** Errors of the kernel are as good as successes: what counts is what is left behind. */
export function runHistory(
  start: Start,
  next: NextStep,
  onStep?: OnStep,
  read: ReadStep = stepOf,
): HistoryRun {
  const { machine, processes } = start;
  const steps: Entry[] = [];
  const ended: Ended[] = [];
  const history = { machine, processes, steps };
  const world = open(start);
  if (world === null) return { history, ended, wrong: [] };
  const known = createKnownDrift(world.kernel);
  const orphans = createSwapOrphans(world.kernel);
  const progress = { world, known, orphans, onStep, read, steps, ended };
  for (let entry = next(world); entry !== null; entry = next(world)) {
    const wrong = takeStep(progress, entry);
    if (wrong === DEAD) return { history, ended, wrong: [] };
    if (wrong.length > 0) return { history, ended, wrong };
  }
  if (!isDeserted(world)) return { history, ended, wrong: [] };
  const expected = expectedAtEnd(world, known.lostPromises(), orphans.countExplained());
  return { history: { ...history, expect: [expected] }, ended, wrong: unmet(world, expected) };
}

/** After so many steps one looks at every entry of every table: others pass over empty blocks. */
const STEPS_A_LOOK = 50;

/** In place of what is wrong: the step ran into a BUG of the kernel, as it has some (D43). */
const DEAD = "dead";

/** @returns what is wrong after it */
function takeStep(progress: Progress, entry: Entry): readonly string[] | typeof DEAD {
  const { world, known, orphans, onStep, read, steps, ended } = progress;
  const step = read(entry);
  const number = steps.length + 1;
  const result = runGuarded(() => {
    onStep?.(world.kernel, number);
    return runStep(world, step, number, { check: true });
  });
  if (typeof result === "string") {
    steps.push(entry);
    return [result];
  }
  if (result.outcome === "BUG") return DEAD;
  const strays = number % STEPS_A_LOOK === 0 ? checkBlocks(world.kernel.machine.mm.tables) : [];
  const counted = known.unexplained(result.mismatches, remappedBy(world, step));
  const wrong = [...counted, ...strays].map(mismatchText);
  orphans.look();
  if (hasEnded(result)) {
    steps.push(withOutcome(entry, result));
    ended.push({ verb: step.action.verb, outcome: result.outcome });
  } else if (wrong.length > 0) {
    steps.push(RECOUNT);
  }
  return wrong;
}

/** The name of the address space that the step calls remap_file_pages on. */
function remappedBy(world: World, { action }: Step): string | null {
  const [place] = action.uses;
  if (action.verb !== "remapFilePages" || typeof place !== "object") return null;
  const caller = world.processes.get(place.process);
  return (caller && taskOf(world, caller)?.mm?.name) ?? null;
}

/** @returns a line for each fact that is not as it should be */
const unmet = (world: World, expected: Entry): readonly string[] =>
  expectationsOf(expected)
    .map((one) => evaluate(world, one))
    .filter(({ isMet }) => !isMet)
    .map(({ text, wanted, got }) => `at the end: ${text} is ${got}, not ${wanted}`);

/** Runs the steps of a history that is written. */
export function replayHistory(history: History, onStep?: OnStep): HistoryRun {
  const left = history.steps.values();
  return runHistory(history, () => left.next().value ?? null, onStep);
}

/** @returns null for a machine that cannot be brought to where the history begins, or is none */
function open({ machine, processes }: Start): World | null {
  try {
    return openWorld(scenarioOf({ machine, processes }));
  } catch (error) {
    if (error instanceof CannotRun || error instanceof ScenarioError) return null;
    throw error;
  }
}

/** What the kernel throws is a finding: a broken rule, or a fault of the model. */
function runGuarded(run: () => StepResult): StepResult | string {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}

/** A step that names a process that is gone, or waits, is not done at all. */
const hasEnded = ({ kind }: StepResult): boolean => kind !== "cannot";

/** The step as it must be written so that its end is no surprise. */
function withOutcome(entry: Entry, { outcome, allocations }: StepResult): Entry {
  const { failAllocation, fails: _fails, waits: _waits, ...own } = entry;
  return {
    ...own,
    ...(Number(failAllocation) <= allocations ? { failAllocation } : {}),
    ...(outcome === "waits" ? { waits: true } : {}),
    ...(outcome === "success" || outcome === "waits" ? {} : { fails: outcome }),
  };
}
