/**
 * Going over points without stopping at them.
 *
 * A scheduler that repeats the beginning of an earlier run knows what each thread does there. It
 * says how many points the running thread is to go over, and learns afterwards which they were.
 *
 *     if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
 *
 * Code that only yields is right as well: the driver goes over its point then.
 */
import { PointKind, type SchedulePoint } from "./point.ts";

/** How far the running thread goes on without a stop. */
export interface Passing {
  /** Points that it is still to go over. */
  left: number;
  /** Those that it has gone over; null for one that is as it was in the run before. */
  readonly points: (SchedulePoint | null)[];
  /** How many of them were cond_resched's, since the driver looked last. */
  rescheds: number;
}

/** @modelOnly one per machine */
export const createPassing = (): Passing => ({ left: 0, points: [], rescheds: 0 });

/**
 * Whether the running thread goes over `point`; if so, it is counted.
 * @param point null: made of names and numbers alone, it is equal to that of the run before
 * @modelOnly a scheduler's view of one instruction
 */
export function goesOver(passing: Passing, point: SchedulePoint | null): boolean {
  if (passing.left === 0) return false;
  passing.left--;
  passing.points.push(point);
  if (point !== null && point.kind === PointKind.RESCHED) passing.rescheds++;
  return true;
}
