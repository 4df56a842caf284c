/**
 * A copy of an address space: the struct first, then everything that it leads to (SPEC §5.5).
 *
 * The struct is copied before mmap_sem is taken. Where its totals are not copied again, a thread of
 * the parent that maps or unmaps in between leaves the child with wrong ones for life (D36).
 */
import { getMmRss, MmCounter, setMmCounter } from "@forkpath/counters";
import { type MmStruct, mmput } from "@forkpath/mm";
import { allocMm, breakPoint, dupMmExeFile, mmFreePgd, mmInit } from "@forkpath/mm/internal";
import { type KernelThread, PointKind, type Sync, stopAt, traced } from "@forkpath/sync";
import { stepStatus } from "../task/scripted-step.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { dupMmap } from "./dup-mmap.ts";
import { copyTotals } from "./totals.ts";

/**
 * @param oldMm current's own
 * @returns null for every failure, whatever its errno was (D41)
 * @kernel dup_mm in kernel/fork.c
 */
export function* dupMm(
  fe: ForkEnv,
  current: TaskStruct,
  oldMm: MmStruct,
): KernelThread<MmStruct | null> {
  const { sync } = fe;
  const mm = yield* allocMm(fe.mm);
  if (mm === null) return null;
  yield* copyMmStruct(fe, mm, oldMm);
  if (!mmInit(fe.mm, mm, oldMm)) return null;
  if (stepStatus(fe, "init_new_context") !== 0) {
    mmFreePgd(fe.mm, mm);
    return null;
  }
  dupMmExeFile(mm, oldMm);
  const status = yield* traced(sync, "dup_mmap", dupMmap(fe, current, mm, oldMm));
  if (status !== 0) {
    mm.binfmt = null; // its module got no reference yet
    yield* traced(sync, "mmput", mmput(fe.mm, mm), { mm: mm.name });
    return null;
  }
  yield* startPeaks(sync, mm);
  return mm;
}

/** The byte copy, as far as mm_init leaves it alone; its swap token stays zero. */
function* copyMmStruct(fe: ForkEnv, mm: MmStruct, oldMm: MmStruct): KernelThread<void> {
  if (fe.rules.totals.copied === "with the struct") yield* copyTotals(fe, mm, oldMm);
  if (fe.sync.interleaved) yield* stopAt(fe.sync, breakPoint(oldMm, PointKind.LOAD));
  Object.assign(mm.layout, oldMm.layout);
  mm.lockedVm = oldMm.lockedVm;
  mm.mapCount = oldMm.mapCount;
  mm.binfmt = oldMm.binfmt;
}

/** The child's history begins now: both peaks are what it holds after the copy. */
function* startPeaks(sync: Sync, mm: MmStruct): KernelThread<void> {
  const { counters, usage } = mm;
  yield* setMmCounter(sync, counters, MmCounter.HIWATER_RSS, yield* getMmRss(sync, counters));
  yield* setMmCounter(sync, counters, MmCounter.HIWATER_VM, usage.totalVm);
}
