/**
 * One step on memory, between two points of a schedule: mostly all that a thread does under a lock.
 *
 *    yield* holding(sync, mm.pageTableLock, WHERE, memoryStep(env, () => markSplitting(env, pmd)));
 */
import { type KernelThread, type SchedulePoint, stopAt } from "@forkpath/sync";
import type { MmEnv } from "../types.ts";

/**
 * Takes the step once the scheduler lets it.
 * @param pointOf makes the point of the step; by default `env.ptePoint`, which stands for all
 *   memory
 * @returns what the step returns
 * @modelOnly a scheduler's view of one instruction
 */
export function* memoryStep<T>(
  env: MmEnv,
  step: () => T,
  pointOf?: () => SchedulePoint,
): KernelThread<T> {
  const { sync } = env;
  if (sync.interleaved) yield* stopAt(sync, pointOf === undefined ? env.ptePoint : pointOf());
  return step();
}
