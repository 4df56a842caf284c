/**
 * Points of steps that look at where areas begin while a stack may grow, which needs no more than
 * mmap_sem for reading (D36 and D42 are of that kind). Kernels where one stack grows at a time hold
 * it for writing, so no thread stops there.
 */
import {
  makePoint,
  NO_STOPS,
  PointKind,
  type SchedulePoint,
  type Stops,
  stopsHere,
} from "@forkpath/sync";
import type { MmEnv, Vma } from "../types.ts";

/** An area goes by where it ends, which stays while mmap_sem is held. */
const partOf = ({ end }: Vma): string => `area up to ${end}`;

/** One part of the array that all areas are in. */
const pointOf = (
  kind: PointKind,
  { mm }: Vma,
  parts: readonly unknown[],
  reads: readonly unknown[],
): SchedulePoint => ({
  ...makePoint(kind, mm.vmas, { kind: "field", owner: mm.name, field: "vmas" }),
  parts,
  reads,
});

/**
 * Before an area begins elsewhere. Threads that take mmap_sem look areas up at once.
 * @modelOnly a scheduler's view of expand_downwards in mm/mmap.c
 */
export const stopToGrow = (env: MmEnv, vma: Vma): Stops =>
  growsAmongOthers(env)
    ? [pointOf(PointKind.STORE, vma, [partOf(vma)], [vma.mm.mmapSem])]
    : NO_STOPS;

/**
 * Before a look at where an area begins.
 * @modelOnly a scheduler's view of find_vma in mm/mmap.c
 */
export const stopAtArea = (env: MmEnv, vma: Vma): Stops =>
  growsAmongOthers(env) ? [pointOf(PointKind.LOAD, vma, [], [partOf(vma)])] : NO_STOPS;

const growsAmongOthers = ({ rules, sync }: MmEnv): boolean =>
  rules.stackGrowth === "many at once" && stopsHere(sync);
