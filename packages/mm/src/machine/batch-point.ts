/**
 * Points of steps that put a page into a batch on its way to an LRU list, or move batches (L14/7).
 *
 *    puts a page in      looks at its CPU's batches: two such steps commute
 *    moves the batches   changes them, and the pages in them
 *    fills a batch       moves it, so the one that does is of the second sort
 *
 * Kernels without batches have no such points.
 */
import type { SchedulePoint, Stops } from "@forkpath/sync";
import { NO_STOPS, stopAt, stopsHere } from "@forkpath/sync";
import type { LruBatches, MmEnv } from "../types.ts";
import { pagesPoint } from "./memory-point.ts";

/** One of the batches that each CPU has. */
type Batch = Exclude<keyof LruBatches, "size">;

/**
 * The step of `point`, which also puts a page into the running CPU's batch.
 * @modelOnly a scheduler's view of folio_add_lru in mm/swap.c
 */
export const addingPoint = (
  env: MmEnv,
  point: SchedulePoint,
  batch: Batch = "add",
): SchedulePoint => besides(env, point, (lru, cpu) => lru[batch][cpu].length + 1 >= lru.size);

/**
 * The step of `point`, which also moves the running CPU's batches.
 * @modelOnly a scheduler's view of lru_add_drain in mm/swap.c
 */
export const drainingPoint = (env: MmEnv, point: SchedulePoint): SchedulePoint =>
  besides(env, point, () => true);

/** The step of `point`, which besides moves the running CPU's batches, or puts a page into one. */
function besides(
  env: MmEnv,
  point: SchedulePoint,
  moves: (lru: LruBatches, cpu: number) => boolean,
): SchedulePoint {
  const { lru, sync } = env;
  if (lru === null) return point;
  const { cpu } = sync.current;
  const renew = (): SchedulePoint => {
    const now = point.renew?.() ?? point;
    if (now.parts === undefined) return { ...now, renew };
    return moves(lru, cpu)
      ? { ...now, parts: [...now.parts, ...batchParts(lru, cpu)], renew }
      : { ...now, reads: [...(now.reads ?? []), lru.add[cpu]], renew };
  };
  return renew();
}

/** @modelOnly before a move of the running CPU's batches */
export const stopToDrain = (env: MmEnv): Stops =>
  env.lru === null || !stopsHere(env.sync)
    ? NO_STOPS
    : stopAt(env.sync, drainingPoint(env, pagesPoint(env)));

/** @modelOnly before a move of the batches of all CPUs */
export function stopToDrainAll(env: MmEnv): Stops {
  const { lru, sync } = env;
  if (lru === null || !stopsHere(sync)) return NO_STOPS;
  const renew = (): SchedulePoint => {
    const parts = lru.add.flatMap((_, cpu) => batchParts(lru, cpu));
    return { ...pagesPoint(env), parts, renew };
  };
  return stopAt(sync, renew());
}

/** A CPU's batches go by the first of them. */
const batchParts = ({ add, lazyfree, activate }: LruBatches, cpu: number): readonly unknown[] => [
  add[cpu],
  ...add[cpu],
  ...lazyfree[cpu],
  ...activate[cpu],
];
