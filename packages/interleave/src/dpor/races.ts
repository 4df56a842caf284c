/**
 * Races: pairs of steps whose order could have been the other way round.
 *
 * A race of step `i` with the next step of a thread is reversed so: in place of step `i`, run the
 * steps that came after it and did not need it, and then the thread. A thread whose step can come
 * first among those is an *initial*. Each initial leads to the reversed order; one branch is
 * enough.
 */
import { isIn } from "../bits.ts";
import type { Point } from "../point.ts";
import type { History } from "./history.ts";

/**
 * Called for a race with step `index`, with its initials.
 * @returns false when none of them could have run: the order is forced
 */
export type OnRace = (index: number, initials: number, thread: number) => boolean;

export class RaceFinder {
  private readonly history: History;
  private readonly onRace: OnRace;
  /** Steps that the step in question depends on directly. */
  private readonly isDirect: boolean[] = [];
  /** What the step needs; and of that, the steps reported as races, with what those need. */
  private needed = new Int32Array(0);
  private covered = new Int32Array(0);

  constructor(history: History, onRace: OnRace) {
    this.history = history;
    this.onRace = onRace;
  }

  /** Makes room for the clocks of `threadCount` threads, once. */
  admit(threadCount: number): void {
    this.needed = new Int32Array(threadCount);
    this.covered = new Int32Array(threadCount);
  }

  /**
   * Reports the races of the next step of `thread`, newest first.
   *
   * A step that happens before an already reported race is skipped: reversing that race exposes it
   * in a later run. A step whose order is forced hides no other race: behind an unlock, the search
   * goes on to the lock, which can be reversed.
   * @returns the clock of the next step, good until the next call
   */
  scan(thread: number, point: Point): Int32Array {
    const { history, needed, covered, isDirect } = this;
    history.copyClock(thread, needed);
    covered.set(needed);
    for (let index = history.length - 1; index >= 0; index--) {
      isDirect[index] = false;
      if (covered[history.thread[index]] > index) continue;
      if (!history.dependsOn(index, thread, point)) continue;
      isDirect[index] = true;
      history.join(needed, index);
      if (this.onRace(index, this.initials(index, thread), thread)) history.join(covered, index);
    }
    return needed;
  }

  private initials(index: number, thread: number): number {
    const { history } = this;
    let seen = 0;
    let initials = 0;
    let needsAny = false;
    for (let later = index + 1; later < history.length; later++) {
      if (history.isBefore(index, later)) continue;
      const other = history.thread[later];
      if (!isIn(seen, other) && !history.needsOthersSince(index, later)) initials |= 1 << other;
      seen |= 1 << other;
      needsAny ||= this.isDirect[later];
    }
    return isIn(seen, thread) || needsAny ? initials : initials | (1 << thread);
  }
}
