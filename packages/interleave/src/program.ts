/**
 * A program: what is set up, which threads run on it, and what is asked of it.
 *
 * Generators cannot be rewound, so every schedule runs the program from the start. A program must
 * therefore do the same each time that it meets the same schedule: no clock, no randomness.
 */
import type { Point, ThreadBody } from "./point.ts";

/** A schedule names threads by letters, and a set of threads is one word of bits. */
export const MAX_THREADS = 26;

/** A thread that is not yet started. */
export interface ThreadSpec {
  /** What the thread is called in results, for people. */
  readonly name: string;
  /** Not yet started; a generator, as a rule. */
  readonly run: Pick<ThreadBody, "next">;
}

/** Decides at each point which thread goes next. */
export interface PointScheduler {
  /**
   * Whether the running thread, which has come to `point`, goes next. If not, the thread has to
   * yield that point, and does nothing before.
   */
  goesOn(point: Point): boolean;
}

/**
 * How a thread goes over points without stopping at them.
 *
 * Where an earlier run has shown what it does, the search sets `left`, and the thread takes it down
 * to 0 in one call of `next`. Beyond, it asks `scheduler`, if there is one.
 */
export interface ProgramPassing {
  /** Points that the running thread is still to go over unasked. */
  left: number;
  /** Those that it has gone over so; null for one that is as it was in the run before. */
  readonly points: (Point | null)[];
  /** Asked at other points; a thread may yield one of these instead. Null: it yields each. */
  scheduler: PointScheduler | null;
}

/**
 * What an exploration runs under one schedule after the other; `S` is the threads' common state.
 */
export interface Program<S> {
  /** Names the program in results, for people. */
  readonly name: string;
  /**
   * What results are merged by: equal for programs that run alike, whatever they are called, such
   * as a digest of the text that a program is made of. The name where it is left out.
   */
  readonly identity?: string;
  /** Makes the state that the threads share, or resets and hands back the one of the last run. */
  setup(): S;
  /** The threads, not yet started, in an order that never changes; at most `MAX_THREADS`. */
  threads(state: S): readonly ThreadSpec[];
  /**
   * For threads that can go over points without stopping. An engine asks it of them where nothing
   * else is to be done between two steps.
   */
  passing?(state: S): ProgramPassing;
  /** Called with the thread that runs from now on, before it does. */
  onSwitch?(state: S, thread: number): void;
  /** Asked after each step; text, or a throw, says what is broken, and ends the run. */
  invariant?(state: S, thread: number, point: Point): string | undefined;
  /**
   * Names how a run ended, once all threads have returned; "done" for all of them if left out.
   * @param results what the threads returned; reused by the next run
   */
  outcome?(state: S, results: readonly unknown[]): string;
  /** Judges a run at its end; text, or a throw, says what is wrong with it. */
  final?(state: S, results: readonly unknown[]): string | undefined;
}
