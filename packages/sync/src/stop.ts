/**
 * Where a thread stops for its scheduler, in code that runs less often than once for each entry:
 *
 *     yield* stopAt(sync, sync.reschedPoint);
 *
 * Says what `if (sync.interleaved) yield sync.reschedPoint;` says, and makes no generator. A thread
 * that keeps its turn does not stop there. Before a point that is made for this one stop:
 *
 *     if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, page));
 */
import { goesOver } from "./passing.ts";
import type { KernelThread, SchedulePoint } from "./point.ts";
import type { Sync } from "./sync.ts";

/** The points to stop at, for `yield*`: one, or none. */
export type Stops = readonly SchedulePoint[];

/**
 * For a thread that runs alone.
 * @modelOnly the kernel knows no schedule points
 */
export const NO_STOPS: Stops = [];

/**
 * Whether a point has to be made that is made of names and numbers alone: others could run, and the
 * running thread does not repeat what it did in an earlier run.
 * @modelOnly a scheduler's view of one instruction
 */
export const stopsHere = (sync: Sync): boolean => sync.interleaved && !goesOver(sync.passing, null);

/**
 * Stops at `point` if others could run before the step that it announces.
 * @modelOnly a scheduler's view of one instruction
 */
export const stopAt = (sync: Sync, point: SchedulePoint): Stops =>
  sync.interleaved && !goesOver(sync.passing, point) ? [point] : NO_STOPS;

/**
 * Waits until `point` is ready. Others could run first although it is ready already.
 * @kernel wait_event in include/linux/wait.h
 */
export function* waitUntilReady(sync: Sync, point: SchedulePoint): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, point)) yield point;
  while (!point.ready()) yield point;
}
