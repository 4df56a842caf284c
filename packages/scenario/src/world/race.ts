/**
 * Steps through several calls at once, in a given order: the kernel's own code, one schedule
 * point at a time.
 *
 * A thread stands before its next point. A step does what the point announces, and all that
 * follows, up to the next one.
 */
import { resumeCalls } from "@forkpath/kernel/internal";
import { type KernelThread, PointKind, type SchedulePoint, type Thread } from "@forkpath/sync";
import { isPointNamed, parsePointName } from "../format/point-name.ts";
import { CannotRun } from "./cannot-run.ts";
import { kernelThread } from "./kernel-thread.ts";
import { DONE, type StepOutcome, WAITS } from "./outcome.ts";
import { explained } from "./reason.ts";
import type { StepPlan, World } from "./world.ts";

export interface Turn {
  readonly thread: string;
  /** How far the thread gets: so many steps, before the first such point, or to its end. */
  readonly goal:
    | { readonly kind: "steps"; readonly steps: number }
    | { readonly kind: "until"; readonly point: string }
    | { readonly kind: "end" };
}

export interface Race {
  /** By the letter of its thread: looks up what it will do, when it is about to begin. */
  readonly threads: ReadonlyMap<string, () => StepPlan>;
  readonly schedule: readonly Turn[];
  /** Whether it stops when the schedule is used up. */
  readonly isPaused: boolean;
}

export interface Racer {
  readonly letter: string;
  readonly plan: StepPlan;
  readonly self: Thread;
  readonly path: KernelThread<void>;
  readonly answers: unknown[];
  /** What it is about to do; null when it is done. */
  point: SchedulePoint | null;
  /** The last points that it has passed. */
  readonly passed: SchedulePoint[];
}

/** Runs it, up to its end or its pause. @throws CannotRun for a schedule that cannot be kept */
export function runRace(world: World, { threads, schedule, isPaused }: Race): StepOutcome {
  if (world.paused !== null) throw new CannotRun("another race has paused");
  const racers = interleaved(world, () => {
    const made = [...threads].map(([letter, plan], index) =>
      createRacer(world, letter, plan(), index),
    );
    for (const turn of schedule) takeTurn(world, made, turn);
    return made;
  });
  const finish = (): StepOutcome => {
    interleaved(world, () => finishAll(world, racers));
    return settleAll(world, racers);
  };
  if (!isPaused) return finish();
  world.paused = finish;
  return DONE;
}

/** Takes the race that paused to its end. @throws CannotRun when there is none */
export function resumeRace(world: World): StepOutcome {
  const { paused } = world;
  if (paused === null) throw new CannotRun("no race has paused");
  world.paused = null;
  return paused();
}

/** Runs `act` on a kernel that stops at every schedule point. */
export function interleaved<T>({ kernel }: World, act: () => T): T {
  const { sync } = kernel.machine.mm;
  const before = sync.current;
  sync.interleaved = true;
  try {
    return act();
  } finally {
    sync.interleaved = false;
    sync.current = before;
  }
}

/** One that stands before its first point: the kernel must be interleaved. */
export function createRacer(world: World, letter: string, plan: StepPlan, index: number): Racer {
  const pid = callerOf(plan);
  const task = pid === null ? undefined : world.kernel.machine.fork.tasks.get(pid);
  const answers: unknown[] = [];
  const racer: Racer = {
    letter,
    plan,
    self: task?.thread ?? kernelThread(index, letter),
    path: makeCalls(plan, answers),
    answers,
    point: null,
    passed: [],
  };
  racer.self.refusal = null;
  advance(world, racer);
  return racer;
}

function* makeCalls(plan: StepPlan, answers: unknown[]): KernelThread<void> {
  for (const call of plan.calls) {
    const answer = yield* call.thread();
    answers.push(answer);
    if (plan.isFailure(answer)) break;
  }
}

/** Does what the racer's point announces, up to its next one. */
export function advance(world: World, racer: Racer): void {
  if (racer.point !== null) {
    if (racer.passed.length === LAST_POINTS) racer.passed.shift();
    racer.passed.push(racer.point);
  }
  world.kernel.machine.mm.sync.current = racer.self;
  const step = racer.path.next();
  racer.point = step.done ? null : step.value;
}

export const canAdvance = ({ point }: Racer): boolean => point?.ready() ?? false;

function takeTurn(world: World, racers: readonly Racer[], { thread, goal }: Turn): void {
  const racer = racers.find(({ letter }) => letter === thread);
  if (racer === undefined) throw new CannotRun(`the race has no thread ${thread}`);
  if (goal.kind === "until") {
    runUntil(world, racer, goal.point);
    return;
  }
  const steps = goal.kind === "steps" ? goal.steps : Number.POSITIVE_INFINITY;
  for (let step = 0; step < steps && canAdvance(racer); step++) advance(world, racer);
}

/** @throws CannotRun when the racer ends, or has to wait, before it is there */
function runUntil(world: World, racer: Racer, wanted: string): void {
  while (racer.point === null || !isAt(racer.point, wanted)) {
    if (!canAdvance(racer)) {
      const { letter, point, passed } = racer;
      const why = point === null ? "ends" : `waits for ${pointText(point)}`;
      const way = passed.map(pointText).join(", ");
      throw new CannotRun(`${letter} ${why} before "${wanted}"; it has passed: ${way}`);
    }
    advance(world, racer);
  }
}

/** As many as a message can hold. */
const LAST_POINTS = 20;

/** In turn, until no thread gets any further. */
function finishAll(world: World, racers: readonly Racer[]): void {
  for (let isProgress = true; isProgress; ) {
    isProgress = false;
    for (const racer of racers) {
      while (canAdvance(racer)) {
        advance(world, racer);
        isProgress = true;
      }
    }
  }
}

/**
 * Killed tasks die now, and waiting tasks go on as soon as they can: an exec that has waited for
 * its other threads to die goes on at once.
 * @returns the first outcome that is not good, if any
 */
function settleAll(world: World, racers: readonly Racer[]): StepOutcome {
  const { machine } = world.kernel;
  const { waiting } = machine;
  for (const racer of racers) {
    const pid = callerOf(racer.plan);
    if (racer.point !== null && pid !== null) {
      waiting.set(pid, { thread: racer.path, waitsFor: racer.point });
    }
  }
  resumeCalls(machine);
  const outcomes = racers.map((racer): StepOutcome => {
    const pid = callerOf(racer.plan);
    const waits = racer.point !== null && (pid === null || waiting.has(pid));
    return waits ? WAITS : explained(world, racer.plan.settle(racer.answers), pid);
  });
  return outcomes.find(({ kind }) => kind !== "done") ?? DONE;
}

/** The task that makes a racer's calls; null for the kernel itself. */
export const callerOf = ({ calls }: StepPlan): number | null => calls[0]?.pid ?? null;

const KIND_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(PointKind).map(([name, kind]) => [kind, name.toLowerCase()]),
);

/** `store mm2._anon_rss` */
export const pointText = ({ kind, label }: SchedulePoint): string => `${KIND_NAMES[kind]} ${label}`;

/** `store _anon_rss` means that field of whichever address space. */
function isAt({ kind, of }: SchedulePoint, wanted: string): boolean {
  const [kindName = "", ...name] = wanted.split(" ");
  return KIND_NAMES[kind] === kindName && isPointNamed(of, parsePointName(name.join(" ")));
}
