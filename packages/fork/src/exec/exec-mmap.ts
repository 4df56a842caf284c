/**
 * The task changes over to the new address space (SPEC §7.6). The old one may die here.
 *
 * A vfork parent is woken first of all, although the change can still be refused (D29).
 */
import { Errno } from "@forkpath/abi";
import {
  joinCounters,
  leaveCounters,
  setmaxMmHiwaterRss,
  syncMmRssSteps,
} from "@forkpath/counters";
import { type MmStruct, mmput } from "@forkpath/mm";
import { archPickMmapLayout, mmdrop } from "@forkpath/mm/internal";
import { holding, type KernelThread, reading, traced } from "@forkpath/sync";
import { mmRelease } from "../task/mm-release.ts";
import { OOM_SCORE_ADJ_MIN } from "../task/signal-struct.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";

const WHERE = "exec_mmap";

/**
 * @returns 0, or -EINTR while the old address space is dumped
 * @kernel exec_mmap in fs/exec.c
 */
export function* execMmap(fe: ForkEnv, task: TaskStruct, mm: MmStruct): KernelThread<number> {
  const { sync } = fe;
  const { mm: oldMm, activeMm } = task;
  yield* mmRelease(fe, task);
  if (oldMm === null) {
    yield* switchMm(fe, task, mm, null);
    if (activeMm !== null) mmdrop(fe.mm, activeMm);
    return 0;
  }
  const leave = switchUnlessDumped(fe, task, mm, oldMm);
  const status = yield* reading(sync, oldMm.mmapSem, WHERE, leave);
  if (status !== 0) return status;
  if (fe.rules.execPeak === WHERE) {
    yield* setmaxMmHiwaterRss(sync, oldMm.counters, task.signal);
  }
  yield* traced(sync, "mmput", mmput(fe.mm, oldMm), { mm: oldMm.name });
  return 0;
}

/** Requires the old mmap_sem held for reading. */
function* switchUnlessDumped(
  fe: ForkEnv,
  task: TaskStruct,
  mm: MmStruct,
  oldMm: MmStruct,
): KernelThread<number> {
  if (oldMm.coreState) return -Errno.EINTR;
  yield* switchMm(fe, task, mm, oldMm);
  return 0;
}

function* switchMm(
  { sync }: ForkEnv,
  task: TaskStruct,
  mm: MmStruct,
  oldMm: MmStruct | null,
): KernelThread<void> {
  if (oldMm !== null) yield* syncMmRssSteps(sync, oldMm.counters, task.thread);
  yield* holding(sync, task.taskLock, WHERE, () => {
    if (oldMm !== null) leaveCounters(oldMm.counters, task.thread);
    joinCounters(mm.counters, task.thread);
    task.mm = mm;
    task.activeMm = mm;
    if (task.signal.oomScoreAdj !== OOM_SCORE_ADJ_MIN) return;
    if (oldMm !== null) oldMm.oomDisableCount--;
    mm.oomDisableCount++;
  });
  archPickMmapLayout(mm);
}
