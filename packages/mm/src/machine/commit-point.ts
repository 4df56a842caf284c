/**
 * Points of steps that promise memory, or take a promise back. Only strict mode asks how much was
 * promised, so no thread stops at one in the other modes.
 *
 *                      the total that is asked      the part of its CPU
 *    promise           looks at it                  looks at it
 *    refusal           changes it                   changes it
 *    taken back        changes what can be had      changes it, as others that are taken back
 *    where the part of a CPU is full, or CPUs keep none: changes both, or the total
 *
 * So two promises that are both kept commute, and so do two that are taken back. One of each on one
 * CPU do not: the part may be full in between in one order only.
 */
import {
  type KernelThread,
  makePoint,
  NO_STOPS,
  PointKind,
  type RefusedArea,
  type SchedulePoint,
  type Stops,
  type Subject,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { type MmEnv, type MmStruct, Overcommit } from "../types.ts";
import { vmEnoughMemory, vmUnacctMemory, wouldPromise } from "./commit.ts";

/** What was promised, and may be, as strict mode reads it. */
const PROMISED = "promised";
/** What can be had again. */
const RETURNED = "returned";

const COMMIT: Subject = { kind: "counter", owner: "", field: "vm_committed_as" };

/**
 * Before `vmEnoughMemory` of as many pages.
 * @modelOnly a scheduler's view of __vm_enough_memory in mm/mmap.c
 */
export function stopToPromise(env: MmEnv, mm: MmStruct, pages: number, isAdmin: boolean): Stops {
  if (!asksHere(env, pages)) return NO_STOPS;
  const { cpu } = env.sync.current;
  const pointNow = (): SchedulePoint => {
    const isKept = wouldPromise(env, mm, pages, isAdmin, cpu);
    const isSeen = !isKept || isPartFull(env, pages, cpu);
    const part = partOf(cpu);
    return {
      ...pointOf(env),
      parts: isSeen ? [PROMISED, part] : [],
      reads: [PROMISED, RETURNED, part, mm.usage],
      renew: pointNow,
    };
  };
  return stopAt(env.sync, pointNow());
}

/**
 * `vmEnoughMemory`, where others may run before it.
 * @kernel __vm_enough_memory in mm/mmap.c
 */
export function* vmEnoughSteps(
  env: MmEnv,
  mm: MmStruct,
  pages: number,
  isAdmin: boolean,
  area: RefusedArea | null = null,
): KernelThread<number> {
  yield* stopToPromise(env, mm, pages, isAdmin);
  return vmEnoughMemory(env, mm, pages, isAdmin, area);
}

/**
 * Before `vmUnacctMemory` of as many pages.
 * @modelOnly a scheduler's view of vm_unacct_memory in include/linux/mman.h
 */
export function stopToReturn(env: MmEnv, pages: number): Stops {
  if (!asksHere(env, pages)) return NO_STOPS;
  const { cpu } = env.sync.current;
  if (env.commit.batch === 0) {
    const returned = { parts: [RETURNED], reads: [PROMISED], commutes: true };
    return stopAt(env.sync, { ...pointOf(env), ...returned });
  }
  const pointNow = (): SchedulePoint => {
    const isSeen = isPartFull(env, -pages, cpu);
    const part = partOf(cpu);
    return {
      ...pointOf(env),
      parts: isSeen ? [PROMISED, part] : [part],
      commutes: !isSeen,
      renew: pointNow,
    };
  };
  return stopAt(env.sync, pointNow());
}

/**
 * `vmUnacctMemory`, where others may run before it.
 * @kernel vm_unacct_memory in include/linux/mman.h
 */
export function* vmUnacctSteps(env: MmEnv, pages: number): KernelThread<void> {
  yield* stopToReturn(env, pages);
  vmUnacctMemory(env, pages);
}

/**
 * Before there is more swap, or less: as much may be promised.
 * @modelOnly a scheduler's view of total_swap_pages
 */
export const stopToLimit = (env: MmEnv): Stops =>
  asksHere(env, 1) ? stopAt(env.sync, { ...pointOf(env), parts: [PROMISED, env.swap] }) : NO_STOPS;

const asksHere = ({ commit, sync }: MmEnv, pages: number): boolean =>
  pages !== 0 && commit.mode === Overcommit.NEVER && stopsHere(sync);

const isPartFull = ({ commit: { batch, parts } }: MmEnv, pages: number, cpu: number): boolean =>
  batch > 0 && Math.abs(parts[cpu] + pages) >= batch;

const partOf = (cpu: number): string => `${PROMISED} by CPU ${cpu}`;

/** A step on all memory may be one on a promise. */
const pointOf = ({ map }: MmEnv): SchedulePoint => makePoint(PointKind.ATOMIC, map, COMMIT);
