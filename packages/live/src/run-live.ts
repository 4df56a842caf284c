/**
 * A scenario, step by step, on the model and on the running kernel at once. After each step both
 * are looked at, and every value that both show is compared.
 */
import type { TaskStruct } from "@forkpath/fork";
import type { MmapOptions } from "@forkpath/kernel";
import type { NamedProcess, Session } from "@forkpath/scenario";
import { HEAP_START } from "@forkpath/scenario/internal";
import { buildRecorder, type Environment } from "./build-recorder.ts";
import { type Comparison, compareLooks } from "./compare.ts";
import type { LiveDifference, NamePage } from "./difference.ts";
import { diskFolder } from "./disk-folder.ts";
import { hasProgram } from "./hear-exec.ts";
import { type LookOptions, lookAtKernel, readStatus } from "./kernel-look.ts";
import { nextStep, openLiveSession } from "./live-session.ts";
import type { Look, Moment, Sight } from "./look.ts";
import type { BackingFile, MadeCall } from "./made-call.ts";
import { lookAtModel, modelStatus } from "./model-look.ts";
import { type FrameFiles, openFrameFiles } from "./pagemap.ts";
import { type LivePlan, nameOfDescriptor } from "./plan-live.ts";
import { createPlayer, type Player } from "./play.ts";
import { type Recorder, startRecorder } from "./recorder.ts";
import type { ThisMachine } from "./this-machine.ts";

/** One step, done on both. */
export interface LiveStep {
  /** Counted from 1; 0 for what was there before the first. */
  readonly number: number;
  /** Of the file, counted from 1. */
  readonly line: number;
  /** The step, as reports call it. */
  readonly text: string;
  /** How it ended on the model: `success`, `waits`, or why it failed. */
  readonly outcome: string;
  /** Values that are not the same on both. */
  readonly differences: readonly LiveDifference[];
  /** How many values were compared, and of how many pages. */
  readonly values: number;
  /** Of how many pages values were compared. */
  readonly pages: number;
}

/** What the whole history came to. */
export interface LiveResult {
  /** What was there before the first step, then each step that was done. */
  readonly steps: readonly LiveStep[];
  /** What could be seen here. */
  readonly sight: Sight;
  /** Values that were compared. */
  readonly values: number;
  /** Values that are not the same on both. */
  readonly differences: number;
  /** Whether `isStopped` ended it. */
  readonly isInterrupted: boolean;
}

/** How the history is run. */
export interface LiveOptions {
  /** Where to find a compiler and a cache folder. */
  readonly env: Environment;
  /** Goes on after a difference; the steps that follow may then differ because of it. */
  readonly keepGoing?: boolean;
  /** Hears of each step when it is done. */
  readonly onStep?: (step: LiveStep) => void;
  /** Asked before each step. */
  readonly isStopped?: () => boolean;
}

/**
 * Nothing is left behind, however it ends.
 * @param plan of `planLive`, which has found nothing that cannot be done, or has left it out
 * @throws LiveError when this machine cannot do it after all
 */
export async function runLive(plan: LivePlan, options: LiveOptions): Promise<LiveResult> {
  const recorder = startRecorder(buildRecorder(options.env), options.env);
  const files = plan.machine.hasFrames ? openFrameFiles() : null;
  try {
    return await runSteps(await begin(plan, recorder, files, options.env), options);
  } finally {
    files?.close();
    await recorder.end();
  }
}

type Base = Readonly<Record<string, number>>;

/** Both sides of a run. */
interface Run {
  readonly machine: ThisMachine;
  readonly session: Session;
  readonly player: Player;
  /** What the model has done and the running kernel has not. */
  readonly calls: MadeCall[];
  readonly sight: Sight;
  readonly recorder: Recorder;
  readonly files: FrameFiles | null;
  /** What the page of code adds to status, on each side. */
  readonly base: { model: Base; kernel: Base };
  /** The last look at both. */
  before: Moment | null;
}

async function begin(
  { scenario, files: backing, machine }: LivePlan,
  recorder: Recorder,
  files: FrameFiles | null,
  env: Environment,
): Promise<Run> {
  const folder = diskFolder(env);
  for (const [id, file] of backing.entries()) await makeFile(recorder, id, file, folder);
  const { entries } = await recorder.ask("stage", HEAP_START);
  const calls: MadeCall[] = [];
  const base: Run["base"] = { model: {}, kernel: {} };
  const session = openLiveSession(scenario, machine, {
    onCall(call) {
      calls.push(call);
    },
    onRefusal: () => {}, // the plan has told it
    nameOf: nameOfDescriptor(backing),
    onBirth(kernel, mm) {
      base.model = modelStatus(kernel, mm);
    },
  });
  const { hasFrames, isStatusExact, tellsMajorFaults } = machine;
  const hasEntries = hasFrames && entries === true;
  const sight = { hasFrames, hasEntries, isStatusExact, tellsMajorFaults };
  const player = createPlayer(recorder, backing);
  return { machine, session, player, calls, sight, recorder, files, base, before: null };
}

async function makeFile(
  recorder: Recorder,
  id: number,
  { isShmem, sizePages, program }: BackingFile,
  folder: string,
): Promise<void> {
  if (program === undefined) {
    await recorder.ask("file", id, isShmem ? "memory" : "disk", sizePages, folder);
    return;
  }
  const { textPages, dataPages, bssPages, dataStart } = program;
  await recorder.ask("program", id, textPages, dataPages, bssPages, dataStart, folder);
}

async function runSteps(
  run: Run,
  { keepGoing = false, onStep, isStopped = () => false }: LiveOptions,
): Promise<LiveResult> {
  const steps: LiveStep[] = [];
  const take = (step: LiveStep): boolean => {
    steps.push(step);
    onStep?.(step);
    return keepGoing || step.differences.length === 0;
  };
  const { session } = run;
  const first = { number: 0, line: 1, text: "what is there before", outcome: "success" };
  let goesOn = take({ ...first, ...(await catchUp(run, birthsFirst)) });
  let isInterrupted = false;
  while (goesOn && !isInterrupted) {
    isInterrupted = isStopped();
    if (isInterrupted) break;
    const result = nextStep(session, run.machine);
    if (result === undefined) break;
    const { number, line, text, outcome } = result;
    goesOn = take({ number, line, text, outcome, ...(await catchUp(run)) });
  }
  const sum = (of: (step: LiveStep) => number): number =>
    steps.reduce((total, step) => total + of(step), 0);
  return {
    steps,
    sight: run.sight,
    values: sum(({ values }) => values),
    differences: sum(({ differences }) => differences.length),
    isInterrupted,
  };
}

/** Processes are born before any of them has memory, so that a child gets none of its parent's. */
const birthsFirst = (calls: readonly MadeCall[]): readonly MadeCall[] => [
  ...calls.filter(({ name }) => name === "createProcess"),
  ...calls.filter(({ name }) => name !== "createProcess"),
];

/** Does for real what the model has done since the last look, and looks at both. */
async function catchUp(
  run: Run,
  order: (calls: readonly MadeCall[]) => readonly MadeCall[] = (calls) => calls,
): Promise<Comparison> {
  const differences: LiveDifference[] = [];
  const made = order(run.calls.splice(0));
  for (const call of made) {
    const { model, kernel } = await run.player.play(call);
    await noteBirth(run, call);
    if (model !== kernel) differences.push({ text: `${call.name} answers`, model, kernel });
  }
  const names = run.session.names();
  await setLimits(run, names);
  const moment = await lookAtBoth(run, names);
  const { before, sight } = run;
  const name: NamePage = (process, addr) => pageName(names, process, addr);
  const compared = compareLooks(moment, before, sight, name, freshIn(made));
  run.before = moment;
  return {
    differences: [...differences, ...compared.differences],
    values: compared.values + made.length,
    pages: compared.pages,
  };
}

/** Whether an address was mapped by one of the calls. */
function freshIn(made: readonly MadeCall[]): (addr: number) => boolean {
  const mapped = made
    .filter(({ name }) => name === "mmap")
    .map(({ args, answer }) => [answer as number, (args[1] as MmapOptions).len] as const);
  return (addr) => mapped.some(([start, len]) => start >= 0 && start <= addr && addr < start + len);
}

/** The first process that is born has nothing but its page of code. */
async function noteBirth({ base, player }: Run, { name, answer }: MadeCall): Promise<void> {
  if (name !== "createProcess" || Object.keys(base.kernel).length > 0) return;
  const subject = player.subjects.get(answer as number);
  if (subject !== undefined) base.kernel = readStatus(subject.pid);
}

/** Limits that a step has changed, or that a process was born with. */
async function setLimits({ session, player }: Run, names: readonly NamedProcess[]): Promise<void> {
  const set = new Set<object>();
  const living = names.filter(({ state }) => state !== "gone" && state !== "zombie");
  const tasks = living.map(({ pid }) => session.kernel.machine.fork.tasks.get(pid));
  // Threads have the same: the first may have ended, and another user's takes a capability.
  for (const task of tasks.toSorted((one, other) => uidOf(one) - uidOf(other))) {
    if (task === undefined || set.has(task.signal)) continue;
    set.add(task.signal);
    await player.limit(task.pid, { ...task.signal.rlimits });
  }
}

const uidOf = (task: TaskStruct | undefined): number => task?.cred.user.uid ?? 0;

/** A program has nothing but what it was executed with. */
const NO_BASE: Run["base"] = { model: {}, kernel: {} };

async function lookAtBoth(run: Run, names: readonly NamedProcess[]): Promise<Moment> {
  const { session, player, recorder, sight, files, base } = run;
  const { kernel } = session;
  const seen = new Set<object>();
  const moment: { model: Look[]; kernel: Look[] } = { model: [], kernel: [] };
  for (const named of names) {
    const { name, pid } = named;
    const mm = named.state === "gone" ? null : (kernel.machine.fork.tasks.get(pid)?.mm ?? null);
    const isSharer = mm !== null && seen.has(mm);
    if (mm !== null) seen.add(mm);
    const subject = player.subjects.get(pid);
    const less = mm === null || hasProgram(mm) ? NO_BASE : base;
    const options: LookOptions = { recorder, sight, files, base: less.kernel };
    moment.model.push(lookAtModel(kernel, named, isSharer, sight, less.model));
    moment.kernel.push(await lookAtKernel(name, subject, isSharer, options));
  }
  return moment;
}

const PAGE_BYTES = 4096;

/** `heap 3`; the address where the process has no mapping of a name there. */
function pageName(names: readonly NamedProcess[], process: string, addr: number): string {
  const mappings = names.find(({ name }) => name === process)?.mappings ?? [];
  const found = mappings.find(
    ({ start, pages }) => start <= addr && addr < start + pages * PAGE_BYTES,
  );
  return found === undefined
    ? `0x${addr.toString(16)}`
    : `${found.name} ${(addr - found.start) / PAGE_BYTES}`;
}
