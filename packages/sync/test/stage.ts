/**
 * A scheduler small enough to read: two threads, and a text that says who takes the next step.
 *
 * `a` and `b` each run the thread of that name from its schedule point to the next one. A thread
 * that waits stays where it is, as under the explorer.
 */
import {
  createSync,
  createThread,
  type KernelThread,
  type Sync,
  type Thread,
} from "../src/index.ts";

export interface Stage {
  readonly sync: Sync;
  readonly a: Thread;
  readonly b: Thread;
}

/** A machine on which `a` runs, alone unless `interleaved`. */
export function createStage(interleaved = false): Stage {
  const sync = createSync();
  sync.interleaved = interleaved;
  const [a, b] = [createThread(1, "a"), createThread(2, "b")];
  sync.current = a;
  return { sync, a, b };
}

/** Who was where when the schedule ended: a point's label, or "done". */
export type Ends = Readonly<Record<"a" | "b", string>>;

/** Runs `paths` in the order of `schedule`, then hands back where both stand. */
export function play(
  { sync, a, b }: Stage,
  paths: Readonly<Record<"a" | "b", KernelThread<unknown>>>,
  schedule: string,
): Ends {
  const ends = { a: "", b: "" };
  const step = (who: "a" | "b"): void => {
    sync.current = who === "a" ? a : b;
    const { done, value } = paths[who].next();
    ends[who] = done ? "done" : value.label;
  };
  step("a"); // each now stands before its first step
  step("b");
  for (const who of schedule) step(who as "a" | "b");
  return ends;
}

/** All orders of `steps` steps of each thread: for two, aabb abab abba baab baba bbaa. */
export function allSchedules(steps: number): string[] {
  const extend = (schedule: string, leftOfA: number, leftOfB: number): string[] => [
    ...(leftOfA > 0 ? extend(`${schedule}a`, leftOfA - 1, leftOfB) : []),
    ...(leftOfB > 0 ? extend(`${schedule}b`, leftOfA, leftOfB - 1) : []),
    ...(leftOfA + leftOfB === 0 ? [schedule] : []),
  ];
  return extend("", steps, steps);
}
