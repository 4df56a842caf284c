/**
 * The task changes over to the new address space (SPEC §7.6). The old one may die here.
 *
 * A vfork parent is woken first of all, although the change can still be refused (D29).
 */
import { Errno } from "@forkpath/abi";
import { archPickMmapLayout, type MmStruct, mmdrop, mmput } from "@forkpath/mm";
import {
  downRead,
  type KernelThread,
  spinLock,
  spinUnlockStep,
  traced,
  upRead,
} from "@forkpath/sync";
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
  if (oldMm !== null) {
    yield* downRead(sync, oldMm.mmapSem, WHERE);
    if (oldMm.coreState) {
      yield* upRead(sync, oldMm.mmapSem, WHERE);
      return -Errno.EINTR;
    }
  }
  yield* switchMm(fe, task, mm, oldMm);
  if (oldMm !== null) {
    yield* upRead(sync, oldMm.mmapSem, WHERE);
    yield* traced(sync, "mmput", mmput(fe.mm, oldMm), { mm: oldMm.name });
  } else if (activeMm !== null) {
    mmdrop(fe.mm, activeMm);
  }
  return 0;
}

function* switchMm(
  { sync }: ForkEnv,
  task: TaskStruct,
  mm: MmStruct,
  oldMm: MmStruct | null,
): KernelThread<void> {
  yield* spinLock(sync, task.taskLock, WHERE);
  task.mm = mm;
  task.activeMm = mm;
  if (task.signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) {
    if (oldMm !== null) oldMm.oomDisableCount--;
    mm.oomDisableCount++;
  }
  yield* spinUnlockStep(sync, task.taskLock, WHERE);
  archPickMmapLayout(mm);
}
