/**
 * Going over points without stopping at them.
 *
 * To stop is to leave every generator that the path is in, and to go on is to enter each again. A
 * thread that keeps its turn need not: it asks the scheduler at the point, and goes on.
 *
 *     if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
 *
 * A scheduler that repeats the beginning of an earlier run knows what each thread does there, and
 * need not be asked. It says how many points the running thread is to go over, and learns
 * afterwards which they were.
 *
 * Code that only yields is right as well: the driver goes over its point then.
 */
import { PointKind, type SchedulePoint } from "./point.ts";

/** Decides at each point which thread goes next. */
export interface StopScheduler {
  /**
   * Whether the running thread, which has come to `point`, goes next. If not, the thread has to
   * yield the point.
   */
  goesOn(point: SchedulePoint): boolean;
}

/** How far the running thread goes on without a stop. */
export interface Passing {
  /** Points that it is still to go over unasked. */
  left: number;
  /** Those that it has gone over so, as they were then; null: as in the run before. */
  readonly points: (SchedulePoint | null)[];
  /** How many of them were cond_resched's, since the driver looked last. */
  rescheds: number;
  /** Asked at other points; null while the thread is to stop at each. */
  scheduler: StopScheduler | null;
}

/** @modelOnly one per machine */
export const createPassing = (): Passing => ({
  left: 0,
  points: [],
  rescheds: 0,
  scheduler: null,
});

/**
 * Whether the running thread goes over `point`; if so, it is counted.
 * @param point null: made of names and numbers alone, it is equal to that of the run before
 * @modelOnly a scheduler's view of one instruction
 */
export function goesOver(passing: Passing, point: SchedulePoint | null): boolean {
  if (passing.left === 0) return point !== null && mayGoOn(passing, point);
  passing.left--;
  passing.points.push(point?.renew === undefined ? point : point.renew());
  if (point !== null && point.kind === PointKind.RESCHED) passing.rescheds++;
  return true;
}

/** The driver looks at each cond_resched: who calls it again and again may have to wait. */
function mayGoOn({ scheduler }: Passing, point: SchedulePoint): boolean {
  if (scheduler === null || point.kind === PointKind.RESCHED) return false;
  return scheduler.goesOn(point);
}
