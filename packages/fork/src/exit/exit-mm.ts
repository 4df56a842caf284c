/** The dying task lets go of its address space (SPEC §8.1/4). */
import { leaveCounters, syncMmRssSteps } from "@forkpath/counters";
import { type MmStruct, mmput } from "@forkpath/mm";
import { mmdrop } from "@forkpath/mm/internal";
import {
  downRead,
  type KernelThread,
  PointKind,
  type SchedulePoint,
  spinLock,
  spinUnlock,
  traced,
  upRead,
} from "@forkpath/sync";
import { mmRelease } from "../task/mm-release.ts";
import { OOM_SCORE_ADJ_MIN } from "../task/signal-struct.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";

const WHERE = "exit_mm";

/**
 * Leaves the address space; the last user tears it down. The processor goes on with its page
 * directory until it switches away.
 * @kernel exit_mm in kernel/exit.c
 */
export function* exitMm(fe: ForkEnv, task: TaskStruct): KernelThread<void> {
  const { sync } = fe;
  const { mm } = task;
  yield* mmRelease(fe, task);
  if (mm === null) return;
  yield* downReadAfterDump(fe, mm);
  mm.mmCount++; // for activeMm
  yield* spinLock(sync, task.taskLock, WHERE);
  yield* syncMmRssSteps(sync, mm.counters, task.thread);
  leaveCounters(mm.counters, task.thread);
  task.mm = null;
  yield* upRead(sync, mm.mmapSem, WHERE);
  if (task.signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) mm.oomDisableCount--;
  yield* spinUnlock(sync, task.taskLock, WHERE);
  yield* traced(sync, "mmput", mmput(fe.mm, mm), { mm: mm.name });
}

/**
 * The processor switches to somebody else for good: the borrowed page directory goes back.
 * @kernel finish_task_switch in kernel/sched.c
 */
export function dropActiveMm(fe: ForkEnv, task: TaskStruct): void {
  if (task.activeMm !== null) mmdrop(fe.mm, task.activeMm);
  task.activeMm = null;
}

/** A thread may not leave while the memory is dumped: the dump would miss its registers. */
function* downReadAfterDump({ sync }: ForkEnv, mm: MmStruct): KernelThread<void> {
  yield* downRead(sync, mm.mmapSem, WHERE);
  while (mm.coreState) {
    yield* upRead(sync, mm.mmapSem, WHERE);
    const dumped: SchedulePoint = {
      kind: PointKind.WAIT,
      object: mm,
      of: { kind: "dump", owner: mm.name, field: "core_state" },
      label: `core dump of ${mm.name}`,
      ready: () => !mm.coreState,
    };
    while (mm.coreState) yield dumped;
    yield* downRead(sync, mm.mmapSem, WHERE);
  }
}
