/**
 * Before anything is done: which machine this is, what the scenario asks for that a real one cannot
 * do, and what it asks for that this one has otherwise. The model goes through all of it once.
 */
import { type KernelName, PAGE_SIZE } from "@forkpath/abi";
import { type Scenario, type Step, type StepResult, stepsOf } from "@forkpath/scenario";
import { failureOn } from "@forkpath/scenario/internal";
import { LiveError } from "./live-error.ts";
import { nextStep, openLiveSession } from "./live-session.ts";
import type { BackingFile, MadeCall } from "./made-call.ts";
import { notesOn } from "./notes.ts";
import { machineObstacles, type Obstacle, processObstacles, whyNot } from "./obstacles.ts";
import { lookAtThisMachine, type ThisMachine } from "./this-machine.ts";

/** What will be done for real. */
export interface LivePlan {
  /** The steps that are to be done, on the machine that we run on. */
  readonly scenario: Scenario;
  /** The machine that we run on. */
  readonly machine: ThisMachine;
  /** All files that the history maps, with their first length. */
  readonly files: readonly BackingFile[];
  /** What cannot be done: it is left out, or keeps the rest from being done. */
  readonly obstacles: readonly Obstacle[];
  /** Whether what is left can be done. */
  readonly canRun: boolean;
  /** What is otherwise than the scenario says, or is not compared; a sentence each. */
  readonly notes: readonly string[];
}

/** What is planned. */
export interface PlanOptions {
  /** Plans to leave out the steps that cannot be done. */
  readonly leaveOut?: boolean;
  /** Another release to hold this machine against. */
  readonly kernel?: KernelName;
}

/**
 * @throws LiveError when this is no machine that anything can be done on, or not large enough
 * @example
 * ```ts
 * import { planLive } from "@forkpath/live";
 * import { parseScenario } from "@forkpath/scenario";
 * const scenario = parseScenario("processes: { P: {} }\nsteps: [{ fork: P, as: C }]\n");
 * console.log(planLive(scenario).obstacles.length); // 0
 * ```
 */
export function planLive(
  scenario: Scenario,
  { leaveOut = false, kernel }: PlanOptions = {},
): LivePlan {
  const machine = lookAtThisMachine(kernel);
  const { rlimits } = scenario.machine;
  const spec = { ...machine.spec, ...(rlimits === undefined ? {} : { rlimits }) };
  const steps = stepsOf(scenario);
  const all = { ...scenario, machine: spec, steps, threads: new Map() };
  const { left, told, leftOut } = leaveOut ? dryRunOfRest(all, machine) : whole(all, machine);
  expectRoom(told.mostPages * PAGE_SIZE, machine);
  const fatal = [...machineObstacles(scenario), ...processObstacles(scenario, machine)];
  const kept = told.obstacles.map(({ obstacle }) => obstacle);
  return {
    scenario: left,
    machine,
    files: told.files,
    obstacles: [...fatal, ...leftOut, ...kept].toSorted((one, other) => one.line - other.line),
    canRun: fatal.length + kept.length === 0,
    notes: [...notesOn(scenario, machine), ...told.notes],
  };
}

interface Rest {
  /** Those of the steps that can be done. */
  readonly left: Scenario;
  readonly told: DryRun;
  readonly leftOut: readonly Obstacle[];
}

const whole = (scenario: Scenario, machine: ThisMachine): Rest => ({
  left: scenario,
  told: dryRun(scenario, machine),
  leftOut: [],
});

/**
 * A step that cannot be done may be the reason why a later one cannot: so of those that depend on
 * what was before, only the first is left out at a time.
 */
function dryRunOfRest(scenario: Scenario, machine: ThisMachine): Rest {
  const leftOut: Obstacle[] = [];
  let left = scenario;
  for (;;) {
    const told = dryRun(left, machine);
    const first = told.obstacles.find(({ isCertain }) => !isCertain)?.step;
    const out = told.obstacles.filter(({ step, isCertain }) => isCertain || step === first);
    const gone = new Set(out.map(({ step }) => step));
    if (out.length === 0 || gone.has(null)) return { left, told, leftOut };
    leftOut.push(...out.map(({ obstacle }) => obstacle));
    left = { ...left, steps: left.steps.filter((step) => !gone.has(step)) };
  }
}

interface FoundObstacle {
  readonly obstacle: Obstacle;
  /** Null for the state before the first step. */
  readonly step: Step | null;
  /** Whether it is one wherever the step stands. */
  readonly isCertain: boolean;
}

interface DryRun {
  readonly notes: readonly string[];
  readonly obstacles: readonly FoundObstacle[];
  readonly files: readonly BackingFile[];
  /** Pages that are in use at once, at most. */
  readonly mostPages: number;
}

/** Goes through the steps on the model alone. */
function dryRun(scenario: Scenario, machine: ThisMachine): DryRun {
  const obstacles: FoundObstacle[] = [];
  const notes: string[] = [];
  const files = new Map<string, BackingFile>();
  let current: Step | null = null;
  const find = (why: string, isCertain: boolean): void => {
    if (obstacles.some(({ step, obstacle }) => step === current && obstacle.why === why)) return;
    const place =
      current === null
        ? { line: 1, text: "what is there before" }
        : { line: current.at.line, text: current.action.text };
    obstacles.push({ step: current, isCertain, obstacle: { ...place, why } });
  };
  const session = openLiveSession(scenario, machine, {
    onCall: (call) => noteFile(files, call),
    onRefusal: (why) => find(why, false),
    nameOf(path) {
      if (!files.has(path)) files.set(path, { path, sizePages: 0, isShmem: false });
      return nameOfDescriptor([...files.values()])(path);
    },
  });
  if (session.fault !== null) {
    const { line, got } = session.fault;
    throw new LiveError(`line ${line}: ${obstacles[0]?.obstacle.why ?? got}`);
  }
  let mostPages = session.kernel.totals().usedPages;
  for (const step of session.steps) {
    current = step;
    for (const why of whyNot(step, session, machine)) find(why, true);
    const result = nextStep(session, machine);
    if (result === undefined) break;
    if (result.kind === "cannot") find(`on this machine, ${result.outcome}`, false);
    else notes.push(...noteOn(step, result, machine.kernel));
    mostPages = Math.max(mostPages, session.kernel.totals().usedPages);
  }
  return { notes, obstacles, files: [...files.values()], mostPages };
}

/** The first mapping of a file says how long it is made; a program is named before it is made. */
function noteFile(files: Map<string, BackingFile>, { file }: MadeCall): void {
  if (file === undefined) return;
  const known = files.get(file.path);
  if (known === undefined || known.sizePages === 0) files.set(file.path, file);
}

/** As files.c of the recorder numbers them. */
const FIRST_DESCRIPTOR = 100;

/** A program is executed by its descriptor: `/dev/fd/100`. */
export const nameOfDescriptor =
  (files: readonly BackingFile[]) =>
  (path: string): string =>
    `/dev/fd/${FIRST_DESCRIPTOR + files.findIndex((file) => file.path === path)}`;

/** A machine of another size may answer otherwise than the scenario says. */
function noteOn(step: Step, { line, text, outcome }: StepResult, kernel: KernelName): string[] {
  const said = failureOn(step.fails, kernel) ?? (step.waits ? "waits" : "success");
  return said === outcome ? [] : [`line ${line}, ${text}: ${outcome} here, not ${said}`];
}

/** Memory that a history may take, of what is free: the rest is for everybody else. */
const SHARE = 0.8;
const BYTES_PER_MB = 2 ** 20;

function expectRoom(bytes: number, { freeBytes }: ThisMachine): void {
  if (bytes <= freeBytes * SHARE) return;
  const mb = (amount: number): string => `${Math.round(amount / BYTES_PER_MB)} MB`;
  throw new LiveError(`it takes ${mb(bytes)} of memory, and only ${mb(freeBytes)} are free here`);
}
