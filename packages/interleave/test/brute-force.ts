/**
 * Every schedule of a program, found in the plainest way: to be compared with.
 *
 * It shares no code with the package. From each list of threads it runs the program anew, looks who
 * is ready at the end, and tries each of them.
 */
import {
  type Dependence,
  failureKey,
  type Point,
  type Program,
  type RunReport,
} from "../src/index.ts";

export interface Step {
  readonly thread: number;
  readonly point: Point;
}

export interface Run {
  /** Who took each step. */
  readonly order: readonly number[];
  readonly steps: readonly Step[];
  /** Takes of the turn from a thread that was ready. */
  readonly preemptions: number;
  /** The outcome; or who waits for what; or who threw what. */
  readonly end: string;
}

interface Attempt extends Run {
  /** Empty once the run is over. */
  readonly ready: readonly number[];
}

function attempt<S>(program: Program<S>, order: readonly number[]): Attempt {
  const state = program.setup();
  const threads = program.threads(state);
  const bodies = threads.map(({ run }) => run);
  const results: unknown[] = [];
  const pending = new Map<number, Point>();
  const advance = (thread: number): void => {
    const { done, value } = bodies[thread].next();
    if (done) {
      pending.delete(thread);
      results[thread] = value;
    } else {
      pending.set(thread, value);
    }
  };
  for (const thread of bodies.keys()) advance(thread);
  const findReady = (): number[] =>
    [...pending.keys()].filter((thread) => pending.get(thread)!.ready()).sort((a, b) => a - b);

  const steps: Step[] = [];
  let preemptions = 0;
  for (const [index, thread] of order.entries()) {
    const last = order[index - 1];
    if (index > 0 && last !== thread && findReady().includes(last)) preemptions++;
    steps.push({ thread, point: pending.get(thread)! });
    try {
      advance(thread);
    } catch (thrown) {
      const end = `thrown: ${threads[thread].name}: ${(thrown as Error).message}`;
      return { order, steps, preemptions, end, ready: [] };
    }
  }
  const ready = findReady();
  const waits = [...pending]
    .sort(([a], [b]) => a - b)
    .map(([thread, { label }]) => `${threads[thread].name} waits for ${label}`);
  const end = waits.length > 0 ? `deadlock: ${waits.join(", ")}` : program.outcome!(state, results);
  return { order, steps, preemptions, end, ready };
}

/** All runs, in the lexicographic order of their threads. */
export function bruteForce<S>(program: Program<S>, order: readonly number[] = []): Run[] {
  const run = attempt(program, order);
  if (run.ready.length === 0) return [run];
  return run.ready.flatMap((thread) => bruteForce(program, [...order, thread]));
}

/** How the package ended a run, in the words of `Run`. */
export const endOf = ({ outcome, failure }: Pick<RunReport, "outcome" | "failure">): string =>
  failure === undefined ? outcome! : failureKey(failure);

/** How many runs end in each way. */
export function countEnds(runs: ReadonlyArray<{ readonly end: string }>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { end } of runs) counts[end] = (counts[end] ?? 0) + 1;
  return counts;
}

/** What all schedules of a class share: for each step, which earlier ones it depends on. */
export function classOf(steps: readonly Step[], dependent: Dependence): string {
  const place = steps.map(
    ({ thread }, index) => steps.slice(0, index).filter((other) => other.thread === thread).length,
  );
  const lines = steps.map((step, index) => {
    const needs = steps
      .slice(0, index)
      .flatMap((earlier, at) =>
        dependent(earlier.point, step.point) ? [`${earlier.thread}.${place[at]}`] : [],
      );
    return `${step.thread}.${place[index]}<${needs.sort().join(",")}`;
  });
  return lines.sort().join(" ");
}
