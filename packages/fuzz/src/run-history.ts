/**
 * Runs a history, one that is written or one that is made up on the way, and recounts after every
 * step, until something is wrong. If all processes have ended by then, nothing may be left.
 */
import type { Kernel } from "@forkpath/kernel";
import { checkBlocks } from "@forkpath/page-table";
import { CannotRun, type Scenario, ScenarioError, type Step, type World } from "@forkpath/scenario";
import {
  type Entry,
  evaluate,
  expectationsOf,
  type MadeStep,
  makeStep,
  openWorld,
  scenarioOf,
  stepOf,
  taskOf,
} from "@forkpath/scenario/internal";
import { type Mismatch, mismatchText } from "@forkpath/sync";
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

/** Make a scenario and its steps of what a file would say. */
export interface Readers {
  /** @throws ScenarioError for what is none */
  start(value: unknown): Scenario;
  /** @throws TypeError for what is no step */
  step(entry: Entry): Step;
}

/** For a history that may be anything. */
const AS_WRITTEN: Readers = { start: scenarioOf, step: stepOf };

export interface HistoryRun {
  /** Those steps that could be done, each with how it ended; the last one failed, if one did. */
  history(): History;
  /** What is wrong after the last step; empty for nothing. */
  readonly wrong: readonly string[];
  /** How each step ended, in their order. */
  readonly ended: readonly Ended[];
}

export interface Ended extends MadeStep {
  readonly verb: string;
  /** The step as it was to be done. */
  readonly entry: Entry;
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
  readonly read: Readers;
  readonly ended: Ended[];
  /** The step that failed before it could end, or what stands for it. */
  last: Entry | null;
}

/** Errors of the kernel are as good as successes: what counts is what is left behind. */
export function runHistory(
  start: Start,
  next: NextStep,
  onStep?: OnStep,
  read: Readers = AS_WRITTEN,
): HistoryRun {
  const ended: Ended[] = [];
  const world = open(start, read);
  if (world === null) return runOf(start, ended, null, []);
  const known = createKnownDrift(world.kernel);
  const orphans = createSwapOrphans(world.kernel);
  const progress: Progress = { world, known, orphans, onStep, read, ended, last: null };
  for (let entry = next(world); entry !== null; entry = next(world)) {
    const wrong = takeStep(progress, entry);
    if (wrong === DEAD) return runOf(start, ended, null, []);
    if (wrong.length > 0) return runOf(start, ended, progress.last, wrong);
  }
  if (!isDeserted(world)) return runOf(start, ended, null, []);
  const expected = expectedAtEnd(world, known.lostPromises(), orphans.countExplained());
  return runOf(start, ended, null, unmet(world, expected), expected);
}

/** Its history is written only when somebody asks for it: most are right. */
const runOf = (
  { machine, processes }: Start,
  ended: readonly Ended[],
  last: Entry | null,
  wrong: readonly string[],
  expected?: Entry,
): HistoryRun => ({
  history: () => ({
    machine,
    processes,
    steps: [...ended.map(withOutcome), ...(last === null ? [] : [last])],
    ...(expected === undefined ? {} : { expect: [expected] }),
  }),
  ended,
  wrong,
});

/** After so many steps one looks at every entry of every table: others pass over empty blocks. */
const STEPS_A_LOOK = 50;

/** In place of what is wrong: the step ran into a BUG of the kernel, as it has some (D43). */
const DEAD = "dead";

/** @returns what is wrong after it */
function takeStep(progress: Progress, entry: Entry): readonly string[] | typeof DEAD {
  const { world, known, orphans, read, ended } = progress;
  const step = read.step(entry);
  const number = ended.length + 1;
  const made = makeGuarded(progress, step, number);
  if (typeof made === "string") {
    progress.last = entry;
    return [made];
  }
  const { kind, outcome, allocations, mismatches } = made;
  if (outcome === "BUG") return DEAD;
  const strays = number % STEPS_A_LOOK === 0 ? checkBlocks(world.kernel.machine.mm.tables) : [];
  const counted = known.unexplained(mismatches, remappedBy(world, step));
  const wrong = [...counted, ...strays].map(mismatchText);
  orphans.look();
  // A step that names a process that is gone, or waits, is not done at all.
  if (kind !== "cannot") ended.push({ verb: step.action.verb, entry, kind, outcome, allocations });
  else if (wrong.length > 0) progress.last = RECOUNT;
  return wrong;
}

/** A step that was made, and what a recount found then. */
interface CheckedStep extends MadeStep {
  readonly mismatches: readonly Mismatch[];
}

/** What the kernel throws is a finding: a broken rule, or a fault of the model. */
function makeGuarded(
  { world, onStep }: Progress,
  step: Step,
  number: number,
): CheckedStep | string {
  try {
    onStep?.(world.kernel, number);
    const { kind, outcome, allocations } = makeStep(world, step);
    return { kind, outcome, allocations, mismatches: world.kernel.check() };
  } catch (error) {
    return String(error);
  }
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
function open({ machine, processes }: Start, read: Readers): World | null {
  try {
    return openWorld(read.start({ machine, processes }));
  } catch (error) {
    if (error instanceof CannotRun || error instanceof ScenarioError) return null;
    throw error;
  }
}

/** The step as it must be written so that its end is no surprise. */
function withOutcome({ entry, outcome, allocations }: Ended): Entry {
  const { failAllocation, fails: _fails, waits: _waits, ...own } = entry;
  return {
    ...own,
    ...(Number(failAllocation) <= allocations ? { failAllocation } : {}),
    ...(outcome === "waits" ? { waits: true } : {}),
    ...(outcome === "success" || outcome === "waits" ? {} : { fails: outcome }),
  };
}
