/**
 * What a strategy is to the engine: the scheduler, which says which thread goes next.
 *
 * `Strategy` is a value that callers pass around and may use many times; `begin` makes the search
 * that carries the state of one exploration.
 */
import type { RunFailure } from "./failure.ts";
import type { Point } from "./point.ts";
import type { Claims, Shard } from "./shard.ts";

/** A way to choose schedules; it keeps no state of its own. */
export interface Strategy {
  /** Name with parameters, such as `bounded(2)`: results of one name may be merged. */
  readonly name: string;
  /** Starts a search of the whole, or of one shard, perhaps beside other workers. */
  begin(shard: Shard, claims?: Claims): Search;
}

/** How a run came to its end. */
export const RunEnd = {
  /** All threads returned. */
  DONE: 0,
  /** A failure ended the run while threads were left. */
  FAILED: 1,
  /** The search gave it up. */
  CUT: 2,
  /** The search says that it is another shard's. */
  FOREIGN: 3,
} as const;
export type RunEnd = (typeof RunEnd)[keyof typeof RunEnd];

/** Stands for the thread that ran last, before any did. */
export const NO_THREAD = -1;

/** What a search may see of a run. */
export interface RunView {
  /** By the index of the thread. */
  readonly threadNames: readonly string[];
  /**
   * The point before which each thread stands, as the thread made it; stale once the thread has
   * returned.
   */
  readonly pending: readonly Point[];
  /** Threads that have not returned, as bits. */
  readonly live: number;
  /** Index of the thread that took the last step. */
  readonly lastThread: number;
  /** Steps taken so far. */
  readonly steps: number;
  /** What was wrong with the run; undefined as long as nothing is. */
  readonly failure: RunFailure | undefined;
  /** The point before which a thread stands, as the state is now. */
  pointOf(thread: number): Point;
}

/** Instead of a thread: the rest of this run repeats what other runs show. */
export const CUT = -1;
/** Instead of a thread: this run belongs to another shard. */
export const FOREIGN = -2;

/** Says which thread goes next in one run. */
export interface Chooser {
  /** One of the `ready` threads, asked at each step; or `CUT`, or `FOREIGN`. */
  choose(run: RunView, ready: number): number;
  /**
   * How many steps the thread that goes next takes in a row, where an earlier run has taken them
   * after the same steps, and no choice is left between them. Then `choose` is asked for the first
   * one only, and is not told which threads are ready.
   */
  knownSteps?(run: RunView): number;
  /**
   * Called when these steps are taken, with the points of all but the first; null: as in that run.
   * @returns how many real choices the run has had so far
   */
  passed?(points: readonly (Point | null)[]): number;
}

/**
 * Says which thread goes next, in one run after the other, for all runs that the strategy wants.
 */
export interface Search extends Chooser {
  /** Readies the next run; false when there is none. */
  next(): boolean;
  /**
   * Called with the end of each run. False when the run was another shard's, and does not count.
   */
  finish(run: RunView, end: RunEnd): boolean;
  /** Number of the prefix that the last run had, where the search deals out prefixes. */
  prefix?(): number;
  /** What a search that came to its end has covered, in words: "every schedule". */
  covers(): string;
}
