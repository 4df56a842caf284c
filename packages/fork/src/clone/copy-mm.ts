/** The child's memory: the parent's own with CLONE_VM, a copy without (SPEC §5.6). */
import { CloneFlag, Errno } from "@forkpath/abi";
import { type MmStruct, mmput } from "@forkpath/mm";
import {
  holding,
  type KernelThread,
  makePoint,
  PointKind,
  type Sync,
  stopAt,
  traced,
} from "@forkpath/sync";
import { dupMm } from "../memory/dup-mm.ts";
import { OOM_SCORE_ADJ_MIN } from "../task/signal-struct.ts";
import { clearUsage } from "../task/usage.ts";
import type { Cloning } from "../types.ts";

/**
 * @returns 0, or -ENOMEM for whatever went wrong below (D41)
 * @kernel copy_mm in kernel/fork.c
 */
export function* copyMm({ fe, current, child, flags }: Cloning): KernelThread<number> {
  const { sync } = fe;
  clearUsage(child);
  child.mm = null;
  child.activeMm = null;
  const oldMm = current.mm;
  if (oldMm === null) return 0; // a kernel thread's child is one too
  const mm =
    flags & CloneFlag.VM
      ? yield* shareMm(sync, oldMm)
      : yield* traced(sync, "dup_mm", dupMm(fe, current, oldMm));
  if (mm === null) return -Errno.ENOMEM;
  mm.tokenPriority = 0; // of the parent too, if they share it (D27)
  mm.lastInterval = 0;
  if (child.signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) mm.oomDisableCount++;
  child.mm = mm;
  child.activeMm = mm;
  return 0;
}

/**
 * Takes the child's memory away again: the copy is torn down, a shared one loses a user.
 * @kernel bad_fork_cleanup_mm of copy_process in kernel/fork.c
 */
export function* cleanupMm({ fe, child }: Cloning): KernelThread<void> {
  const { sync } = fe;
  const { mm, taskLock, signal } = child;
  if (mm === null) return;
  yield* holding(sync, taskLock, "copy_process", () => {
    if (signal.oomScoreAdj === OOM_SCORE_ADJ_MIN) mm.oomDisableCount--;
  });
  yield* traced(sync, "mmput", mmput(fe.mm, mm), { mm: mm.name });
}

function* shareMm(sync: Sync, mm: MmStruct): KernelThread<MmStruct> {
  const of = { kind: "field", owner: mm.name, field: "mm_users" } as const;
  if (sync.interleaved) yield* stopAt(sync, makePoint(PointKind.ATOMIC, mm, of));
  mm.mmUsers++;
  return mm;
}
