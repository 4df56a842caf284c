/**
 * One schedule, and others of its class: steps that do not depend on each other in another order.
 *
 * `dpor` runs one schedule of each class, so all of a class must end alike. Where two do not, two
 * steps next to each other can be found that were taken to commute, and do not.
 */
import type { Dependence, Point } from "@forkpath/interleave";
import type { Litmus, LitmusState } from "../../src/index.ts";

/** A step that was taken. */
export interface TakenStep {
  readonly thread: number;
  readonly point: Point;
  /** Threads that were ready before it, as bits. */
  readonly ready: number;
}

export interface ReorderedRun {
  readonly steps: readonly TakenStep[];
  /** What it came to, or why it stopped. */
  readonly ending: string;
}

/** Two neighbours whose order matters, though the relation says that it does not. */
export interface Culprits {
  /** Index of the first of them. */
  readonly at: number;
  /** The two runs, alike up to there. */
  readonly runs: readonly [ReorderedRun, ReorderedRun];
  readonly first: TakenStep;
  readonly second: TakenStep;
  /** What came of each order. */
  readonly endings: readonly [string, string];
}

/** Says which thread takes the next step, by number. */
export type Choose = (ready: readonly number[], step: number) => number;

/** More would be an endless wait. */
const MOST_STEPS = 20_000;

/** Runs schedules of one litmus, and others of their classes. */
export class Reorderer<S extends LitmusState> {
  private readonly litmus: Litmus<S>;
  private readonly endingOf: (state: S) => string;
  private readonly dependent: Dependence;

  /** @param endingOf says of a state what it came to */
  constructor(litmus: Litmus<S>, endingOf: (state: S) => string, dependent: Dependence) {
    this.litmus = litmus;
    this.endingOf = endingOf;
    this.dependent = dependent;
  }

  /** Runs the litmus once. A thread that is chosen and not ready ends the run. */
  run(choose: Choose): ReorderedRun {
    const { litmus, endingOf } = this;
    const state = litmus.setup();
    const bodies = litmus.threads(state).map(({ run }) => run);
    const pending = new Map<number, Point>();
    const steps: TakenStep[] = [];
    const stop = (why: string): ReorderedRun => ({ steps, ending: why });
    const advance = (thread: number): void => {
      litmus.onSwitch?.(state, thread);
      const { done, value } = bodies[thread].next();
      if (done) pending.delete(thread);
      else pending.set(thread, value);
    };
    try {
      for (const thread of bodies.keys()) advance(thread);
      while (pending.size > 0) {
        for (const [thread, point] of pending) {
          if (point.renew !== undefined) pending.set(thread, point.renew());
        }
        const ready = [...pending.keys()].filter((thread) => pending.get(thread)?.ready());
        if (ready.length === 0) return stop(`deadlock: ${waitsOf(pending)}`);
        if (steps.length === MOST_STEPS) return stop("too many steps");
        const thread = choose(ready.sort(), steps.length);
        if (!ready.includes(thread))
          return stop(
            `thread ${thread} is not ready at step ${steps.length}: ${pending.get(thread)?.label}`,
          );
        const bits = ready.reduce((set, one) => set | (1 << one), 0);
        steps.push({ thread, point: pending.get(thread)!, ready: bits });
        advance(thread);
      }
    } catch (thrown) {
      return stop(`thrown: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
    try {
      return stop(endingOf(state));
    } catch (thrown) {
      return stop(`thrown at the end: ${thrown instanceof Error ? thrown.message : thrown}`);
    }
  }

  runOrder(order: readonly number[]): ReorderedRun {
    return this.run((_ready, step) => order[step] ?? -1);
  }

  /**
   * For each step, the earlier ones that have to come before it.
   * @param endsRun whether the last step ended the run, and so needs all others
   */
  private needsOf(steps: readonly TakenStep[], endsRun: boolean): number[][] {
    const last: number[] = [];
    return steps.map(({ thread, point }, at) => {
      const stoodSince = last[thread] ?? -1;
      last[thread] = at;
      const needs: number[] = [];
      for (let earlier = 0; earlier < at; earlier++) {
        const other = steps[earlier];
        const woke = ((other.ready ^ (steps[earlier + 1]?.ready ?? 0)) >> thread) & 1;
        if (
          other.thread === thread ||
          (earlier > stoodSince && woke === 1) ||
          (endsRun && at === steps.length - 1) ||
          this.dependent(other.point, point)
        )
          needs.push(earlier);
      }
      return needs;
    });
  }

  /** The steps of a run in another order of its class; as their places in that run. */
  reorder({ steps, ending }: ReorderedRun, below: (end: number) => number): readonly number[] {
    const needs = this.needsOf(steps, /^thrown:/.test(ending));
    const isDone = new Uint8Array(steps.length);
    const order: number[] = [];
    // One thread is preferred for a while, so that orders differ much.
    let preferred = 0;
    while (order.length < steps.length) {
      const free: number[] = [];
      const seen = new Set<number>();
      for (let at = 0; at < steps.length; at++) {
        if (isDone[at] === 1 || seen.has(steps[at].thread)) continue;
        seen.add(steps[at].thread);
        if (needs[at].every((need) => isDone[need] === 1)) free.push(at);
      }
      if (below(8) === 0) preferred = below(8);
      const liked = free.find((at) => steps[at].thread === preferred);
      const next = liked ?? free[below(free.length)];
      isDone[next] = 1;
      order.push(next);
    }
    return order;
  }

  /**
   * Two neighbours that are to blame for two orders of one class that end otherwise.
   * @param order as `reorder` made it
   */
  blame(run: ReorderedRun, order: readonly number[]): Culprits {
    const paths = ordersBetween(order);
    const threadsOf = (at: number): number[] => paths(at).map((step) => run.steps[step].thread);
    let same = 0;
    let other = paths.count;
    while (other - same > 1) {
      const middle = (same + other) >> 1;
      if (this.runOrder(threadsOf(middle)).ending === run.ending) same = middle;
      else other = middle;
    }
    const before = paths(same);
    const at = before.findIndex((step, index) => step !== paths(other)[index]);
    const good = this.runOrder(threadsOf(same));
    const bad = this.runOrder(threadsOf(other));
    return {
      at,
      runs: [good, bad],
      first: good.steps[at],
      second: good.steps[at + 1],
      endings: [good.ending, bad.ending],
    };
  }
}

/** The n-th order on the way from none to `order`, one swap of neighbours after the other. */
function ordersBetween(order: readonly number[]): ((at: number) => number[]) & { count: number } {
  const swaps: number[] = [];
  const now = [...order];
  // From `order` back to the sorted one, bubble by bubble; then the other way round.
  for (let end = now.length - 1; end > 0; end--) {
    for (let at = 0; at < end; at++) {
      if (now[at] <= now[at + 1]) continue;
      [now[at], now[at + 1]] = [now[at + 1], now[at]];
      swaps.push(at);
    }
  }
  swaps.reverse();
  const path = (count: number): number[] => {
    const steps = [...now];
    for (const at of swaps.slice(0, count)) {
      [steps[at], steps[at + 1]] = [steps[at + 1], steps[at]];
    }
    return steps;
  };
  return Object.assign(path, { count: swaps.length });
}

/** Pids and frames say what was made first. */
const waitsOf = (pending: ReadonlyMap<number, Point>): string =>
  [...pending]
    .sort(([a], [b]) => a - b)
    .map(([thread, { label }]) => `${thread} waits for ${label.replace(/( of|^page) \d+$/, "")}`)
    .join(", ");
