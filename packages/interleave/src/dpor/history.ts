/**
 * The steps of the run so far, and which of them happened before which.
 *
 * A vector clock says of a step, for each thread, how much of that thread's past it needs. Row `i`
 * of `clocks` holds, in column `t`, one more than the index of the last step of thread `t` that
 * step `i` needs, itself included; 0 where it needs none.
 *
 * Behind the steps stand, while a run is looked back at, those that threads were about to take when
 * it ended: steps that never happened, of which only `direct` and `previous` are known.
 */
import { isIn } from "../bits.ts";
import type { Dependence, Point } from "../point.ts";
import { Holds } from "./holds.ts";
import { Touched } from "./touched.ts";

const FIRST_ROWS = 64;
/** In place of a step: there is none. */
export const NO_STEP = -1;

export class History {
  length = 0;
  /** The same with those that threads were about to take when the run ended. */
  end = 0;
  /** The thread that took each step, and the point that announced it. */
  readonly thread: number[] = [];
  readonly point: Point[] = [];
  /** The step that its thread took before it, or NO_STEP. */
  readonly previous: number[] = [];
  /** Threads that were ready before each step; at `length`, those that are ready now. */
  readonly ready: number[] = [];
  /**
   * Earlier steps of other threads that each step depends on by itself: those of step `i` stand
   * from `directFrom(i)` up to `directEnd[i]`.
   */
  readonly direct: number[] = [];
  readonly directEnd: number[] = [];
  private readonly dependent: Dependence;
  private readonly apart: Dependence;
  /** Whether holds that are apart are ordered all the same. */
  private ordersHolds = true;
  private readonly holds = new Holds();
  /** What each step touches. */
  private readonly touched: Touched[] = [];
  private readonly asked = new Touched();
  private threadCount = 0;
  private clocks = new Int32Array(0);
  /** What the step in question needs. */
  private clock = new Int32Array(0);
  /** Index of each thread's last step. */
  private readonly lastStep: number[] = [];

  constructor(dependent: Dependence, apart: Dependence) {
    this.dependent = dependent;
    this.apart = apart;
  }

  /** Forgets the steps, but not what is known of them: `repeat` needs it. */
  restart(): void {
    this.length = 0;
    this.lastStep.fill(NO_STEP);
  }

  /** Makes room for the clocks of `threadCount` threads, once. */
  admit(threadCount: number): void {
    this.threadCount = threadCount;
    this.ordersHolds = threadCount !== 2;
    for (let thread = 0; thread < threadCount; thread++) this.lastStep.push(NO_STEP);
    this.clocks = new Int32Array(FIRST_ROWS * threadCount);
    this.clock = new Int32Array(threadCount);
  }

  /** Adds a step that an earlier run took at this place, after the same steps. */
  repeat(thread: number, point: Point): void {
    this.keep(this.length, thread, point);
    this.lastStep[thread] = this.length++;
  }

  /** The same, for the thread that an earlier run took here. @param point null: that run's */
  repeatAgain(point: Point | null): void {
    const index = this.length++;
    const thread = this.thread[index];
    if (point !== null) this.keep(index, thread, point);
    this.lastStep[thread] = index;
  }

  /** Adds a step that no run has taken here. */
  push(thread: number, point: Point): void {
    const { length: index, clock, threadCount } = this;
    this.look(index, thread, point, this.ordersHolds);
    const row = index * threadCount;
    if (row === this.clocks.length) this.grow();
    clock[thread] = index + 1;
    const { clocks } = this;
    for (let other = 0; other < threadCount; other++) clocks[row + other] = clock[other];
    this.lastStep[thread] = this.length++;
  }

  /**
   * Finds what a step needs that `thread` would take now, and keeps it as that of step `index`.
   * A step that its thread's last one has needed is no news.
   * @param ordersHolds whether it needs holds of others that are apart from its own
   */
  look(index: number, thread: number, point: Point, ordersHolds = true): void {
    const { clock, clocks, threadCount } = this;
    const last = this.lastStep[thread];
    const touched = this.keep(index, thread, point);
    this.previous[index] = last;
    let end = this.directFrom(index);
    for (let other = 0; other < threadCount; other++) {
      clock[other] = last < 0 ? 0 : clocks[last * threadCount + other];
    }
    // Of another thread, only what comes behind the last step that is needed already is news.
    for (let other = 0; other < threadCount; other++) {
      if (other === thread) continue;
      const known = last < 0 ? 0 : clocks[last * threadCount + other];
      let earlier = this.lastStep[other];
      let owed = NO_STEP;
      for (; earlier >= known; earlier = this.previous[earlier]) {
        if (earlier !== owed) {
          if (!this.matters(earlier, thread, touched, last)) continue;
          if (!ordersHolds) {
            if (this.apart(this.touched[earlier], touched)) continue;
            owed = this.holds.keptOutBy(earlier, last);
          }
        }
        this.direct[end++] = earlier;
        this.join(earlier);
      }
    }
    this.directEnd[index] = end;
    this.holds.note(index, last, touched.holds);
  }

  /** Where in `direct` the steps begin that step `index` depends on. */
  directFrom(index: number): number {
    return index === 0 ? 0 : this.directEnd[index - 1];
  }

  /** Whether step `index` depends by itself on the earlier step `earlier`. */
  isDirect(earlier: number, index: number): boolean {
    for (let at = this.directFrom(index); at < this.directEnd[index]; at++) {
      if (this.direct[at] === earlier) return true;
    }
    return false;
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
    return this.matters(index, thread, this.asked.by(point), this.lastStep[thread]);
  }

  /** @param last the last step of `thread`, before which it did not stand there */
  private matters(index: number, thread: number, touched: Touched, last: number): boolean {
    if (this.dependent(this.touched[index], touched)) return true;
    return index > last && isIn(this.ready[index] ^ this.ready[index + 1], thread);
  }

  /** Whether the caller's relation takes a step to depend on what a point announces. */
  isDependent(index: number, point: Point): boolean {
    return this.dependent(this.touched[index], this.asked.by(point));
  }

  private keep(index: number, thread: number, point: Point): Touched {
    this.thread[index] = thread;
    this.point[index] = point;
    this.touched[index] ??= new Touched();
    return this.touched[index].by(point);
  }

  /** How many steps its thread took before it. */
  ordinalOf(index: number): number {
    let ordinal = 0;
    for (let step = this.previous[index]; step >= 0; step = this.previous[step]) ordinal++;
    return ordinal;
  }

  /**
   * What stands in this run for a point of another one: the point itself, if what it touches is
   * there in this run as well. The objects of a run may be its own: then it is the step of the same
   * thread, ordinal and kind.
   */
  counterpart(thread: number, ordinal: number, point: Point): Point | undefined {
    if (this.knows(point)) return point;
    let seen = 0;
    for (let step = 0; step < this.end; step++) {
      if (this.thread[step] !== thread || seen++ < ordinal) continue;
      return this.point[step].kind === point.kind ? this.point[step] : undefined;
    }
    return undefined;
  }

  private knows({ object, parts = [], reads = [] }: Point): boolean {
    const touched = [object, ...[...parts, ...reads].filter((part) => typeof part === "object")];
    const points = this.point.slice(0, this.end);
    return touched.every((one) => points.some((own) => touches(own, one)));
  }

  /** Adds to `clock` what step `index` needs. */
  private join(index: number): void {
    const { clock, clocks, threadCount } = this;
    const row = index * threadCount;
    for (let other = 0; other < threadCount; other++) {
      if (clocks[row + other] > clock[other]) clock[other] = clocks[row + other];
    }
  }

  private grow(): void {
    const larger = new Int32Array(this.clocks.length * 2);
    larger.set(this.clocks);
    this.clocks = larger;
  }
}

const touches = ({ object, parts, reads }: Point, one: unknown): boolean =>
  object === one || parts?.includes(one) === true || reads?.includes(one) === true;
