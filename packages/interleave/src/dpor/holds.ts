/**
 * Holds of locks that tell from their start what they touch.
 *
 * Two holds that have nothing in common come to the same in either order, though no two of their
 * steps can be swapped: the lock keeps one thread out. Their steps are taken to be independent
 * (`apart`), and no race is seen between them. That would lose ends in which another step of the
 * second thread comes before one inside the first hold:
 *
 *     one      lock  a  unlock
 *     two                       lock  b  unlock  c        c must come before a
 *
 * Thread two cannot get to `c` while the lock is held. So the race of `a` and `c` counts as a race
 * of the first lock and `c`, too: there thread two can still go first. Thread one, asleep before
 * its lock, wakes up as soon as thread two takes it.
 *
 * A third thread could put the two holds in order, so this is for two. Such a hold waits for
 * nothing inside, and none is inside another.
 */
import type { Footprint } from "../point.ts";

/** In place of a step: there is none. */
const NO_STEP = -1;

export class Holds {
  /** By step, the one that began the hold that it is in; or NO_STEP. */
  private readonly begun: number[] = [];
  /** By step, the last one of its thread by then that began a hold; or NO_STEP. */
  private readonly last: number[] = [];
  /** By step, whether its thread is in that hold behind it. */
  private readonly isOpen: boolean[] = [];
  /** Whether there has been any: most programs have none. */
  private isAny = false;

  /**
   * Notes what step `index` does, whose point has `holds`.
   * @param before the step that its thread took before, or NO_STEP
   */
  note(index: number, before: number, holds: Footprint["holds"]): void {
    if (!this.isAny) {
      if (holds === undefined) return;
      this.isAny = true;
      for (let step = 0; step < index; step++) this.begun[step] = this.last[step] = NO_STEP;
    }
    const open = before !== NO_STEP && this.isOpen[before] ? this.begun[before] : NO_STEP;
    const begins = holds !== undefined && open === NO_STEP;
    const ends = holds !== undefined && !begins;
    this.begun[index] = begins ? index : open;
    this.isOpen[index] = this.begun[index] !== NO_STEP && !ends;
    this.last[index] = begins || before === NO_STEP ? this.begun[index] : this.last[before];
  }

  /**
   * The step that began the hold that step `earlier` is in, where a thread has held another lock
   * since; or NO_STEP.
   * @param before the last step of that thread, or NO_STEP
   */
  keptOutBy(earlier: number, before: number): number {
    if (!this.isAny) return NO_STEP;
    const begun = this.begun[earlier];
    return before !== NO_STEP && this.last[before] > begun ? begun : NO_STEP;
  }
}
