/**
 * A litmus: a small state, two to four kernel threads on it, and what must hold when all are done.
 *
 * It is a program of `@forkpath/interleave` whose state knows the machine's `Sync`, and whose
 * threads yield the points of `sync`. That is all that watching needs: events come out of `sync`,
 * and `sync.current` is the thread that did them. Nothing in the modelled code knows that it is
 * explored.
 */
import type { Program } from "@forkpath/interleave";
import type { SchedulePoint, Steps, Sync, Thread } from "@forkpath/sync";

/** What watching needs of the state. */
export interface LitmusState {
  /** Interleaved: every schedule point is yielded. */
  readonly sync: Sync;
  /** As which task each thread takes its locks now; by the thread's place in the program. */
  readonly selves: readonly Thread[];
}

/** One thread, not begun. */
export interface LitmusThread {
  /** What it is called in results. */
  readonly name: string;
  /** Its path through the kernel: a generator, as a rule. */
  readonly run: Steps<unknown>;
}

/** A program that can be watched. */
export interface Litmus<S extends LitmusState = LitmusState> extends Program<S> {
  /** What it is about, in a line. */
  readonly title: string;
  /** In the order of the threads. */
  readonly threadNames: readonly string[];
  /** Where threads take turns: names of points, as in a scenario. Empty for everywhere. */
  readonly switchAt: readonly string[];
  /** As in `Program`; its threads yield kernel points. */
  threads(state: S): readonly LitmusThread[];
  /** As in `Program`; the step has a kernel point. */
  invariant?(state: S, thread: number, point: SchedulePoint): string | undefined;
}

/** The thread runs from now on; for `Program.onSwitch`. */
export function switchTo({ sync, selves }: LitmusState, thread: number): void {
  sync.current = selves[thread];
}
