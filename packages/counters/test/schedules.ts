/**
 * Every schedule of a few kernel threads, by brute force, for tests that know the whole table.
 *
 * A generator cannot be copied, so each schedule is run from the start on a fresh world. Threads
 * are tried in order, the first one first: the order in which the recorded tables list their rows.
 */
import {
  createSync,
  createThread,
  type KernelThread,
  PointKind,
  type SchedulePoint,
  type Sync,
} from "@forkpath/sync";

/** Threads that share one state, and how to read it when all have returned. */
export interface World<Result> {
  readonly cpus: readonly KernelThread<unknown>[];
  readonly result: () => Result;
}

export interface Schedule<Result> {
  /** Texts such as `cpu0:load`. */
  readonly steps: readonly string[];
  readonly result: Result;
}

const KIND_NAMES: Readonly<Record<number, string>> = {
  [PointKind.LOCK]: "lock",
  [PointKind.UNLOCK]: "unlock",
  [PointKind.LOAD]: "load",
  [PointKind.STORE]: "store",
  [PointKind.ATOMIC]: "atomic-add",
};

/** All schedules of the world that `build` makes anew for each of them. */
export function allSchedules<Result>(build: (sync: Sync) => World<Result>): Schedule<Result>[] {
  const schedules: Schedule<Result>[] = [];
  const extend = (prefix: readonly number[]): void => {
    const { enabled, steps, result } = replay(build, prefix);
    if (enabled.length === 0) schedules.push({ steps, result: result() });
    for (const cpu of enabled) extend([...prefix, cpu]);
  };
  extend([]);
  return schedules;
}

/** Runs the CPUs in the order of `prefix`, and tells who could go next. */
function replay<Result>(build: (sync: Sync) => World<Result>, prefix: readonly number[]) {
  const sync = createSync();
  sync.interleaved = true;
  const { cpus, result } = build(sync);
  const threads = cpus.map((_, cpu) => createThread(cpu, `cpu${cpu}`));
  const resume = (cpu: number): SchedulePoint | null => {
    sync.current = threads[cpu];
    const step = cpus[cpu].next();
    return step.done ? null : step.value;
  };
  const pending = cpus.map((_, cpu) => resume(cpu));
  const steps = prefix.map((cpu) => {
    const label = `cpu${cpu}:${KIND_NAMES[pending[cpu]?.kind ?? -1]}`;
    pending[cpu] = resume(cpu);
    return label;
  });
  const enabled = [...cpus.keys()].filter((cpu) => pending[cpu]?.ready() === true);
  if (enabled.length === 0 && pending.some((point) => point !== null)) {
    throw new Error(`deadlock after ${steps.join(" ")}`);
  }
  return { enabled, steps, result };
}

/** The steps of one thread that runs alone, with what each touches: `load mm._anon_rss`. */
export function stepsAlone(build: (sync: Sync) => KernelThread<unknown>): string[] {
  const sync = createSync();
  sync.interleaved = true;
  return Array.from(build(sync), ({ kind, label }) => `${KIND_NAMES[kind]} ${label}`);
}
