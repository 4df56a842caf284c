/**
 * The steps of the run so far, and which of them happened before which.
 *
 * A vector clock says of a step, for each thread, how much of that thread's past it needs. Row `i`
 * of `clocks` holds, in column `t`, one more than the index of the last step of thread `t` that
 * step `i` needs, itself included; 0 where it needs none.
 */
import { isIn } from "../bits.ts";
import type { Dependence, Point } from "../point.ts";

const FIRST_ROWS = 64;

export class History {
  length = 0;
  /** The thread that took each step, and the point that announced it. */
  readonly thread: number[] = [];
  readonly point: Point[] = [];
  /** Threads that were ready before each step; at `length`, those that are ready now. */
  readonly ready: number[] = [];
  private readonly dependent: Dependence;
  private threadCount = 0;
  private clocks = new Int32Array(0);
  /** Index of each thread's last step, -1 before its first. */
  private readonly lastStep: number[] = [];

  constructor(dependent: Dependence) {
    this.dependent = dependent;
  }

  /** Forgets the steps, but not their clocks: `repeat` needs them. */
  restart(): void {
    this.length = 0;
    this.lastStep.fill(-1);
  }

  /** Makes room for the clocks of `threadCount` threads, once. */
  admit(threadCount: number): void {
    this.threadCount = threadCount;
    for (let thread = 0; thread < threadCount; thread++) this.lastStep.push(-1);
    this.clocks = new Int32Array(FIRST_ROWS * threadCount);
  }

  /** Adds a step that an earlier run took at this place, after the same steps. */
  repeat(thread: number, point: Point): void {
    this.thread[this.length] = thread;
    this.point[this.length] = point;
    this.lastStep[thread] = this.length++;
  }

  /** Adds a step that needs what `clock` says, which gains the step itself. */
  push(thread: number, point: Point, clock: Int32Array): void {
    const row = this.length * this.threadCount;
    if (row === this.clocks.length) this.grow();
    clock[thread] = this.length + 1;
    this.clocks.set(clock, row);
    this.repeat(thread, point);
  }

  /** Sets `clock` to what `thread` needs before it takes its next step. */
  copyClock(thread: number, clock: Int32Array): void {
    const row = this.lastStep[thread] * this.threadCount;
    for (let other = 0; other < this.threadCount; other++) {
      clock[other] = row < 0 ? 0 : this.clocks[row + other];
    }
  }

  /** Adds to `clock` what step `index` needs. */
  join(clock: Int32Array, index: number): void {
    const row = index * this.threadCount;
    for (let other = 0; other < this.threadCount; other++) {
      clock[other] = Math.max(clock[other], this.clocks[row + other]);
    }
  }

  /** Whether step `earlier` happened before step `later`. */
  isBefore(earlier: number, later: number): boolean {
    return this.clocks[later * this.threadCount + this.thread[earlier]] > earlier;
  }

  /** Whether step `index` needs a step of another thread that came after step `earlier`. */
  needsOthersSince(earlier: number, index: number): boolean {
    const row = index * this.threadCount;
    for (let other = 0; other < this.threadCount; other++) {
      if (other !== this.thread[index] && this.clocks[row + other] > earlier + 1) return true;
    }
    return false;
  }

  /**
   * Whether the order of step `index` and the next step of `thread` can matter: by the caller's
   * relation, or because that step was seen to let the thread go on, or to hold it up.
   */
  dependsOn(index: number, thread: number, point: Point): boolean {
    if (this.dependent(this.point[index], point)) return true;
    const stoodThere = index > this.lastStep[thread];
    return stoodThere && isIn(this.ready[index] ^ this.ready[index + 1], thread);
  }

  /** Whether `thread` has just come to the point before which it stands. */
  hasJustArrived(thread: number): boolean {
    return this.lastStep[thread] === this.length - 1;
  }

  private grow(): void {
    const larger = new Int32Array(this.clocks.length * 2);
    larger.set(this.clocks);
    this.clocks = larger;
  }
}
