/**
 * All areas of an address space, copied one by one into a new one (SPEC §5.7).
 *
 * Both mmap_sems are held for writing throughout, the parent's first. A failure stops at the area
 * where it happens: what is linked by then is for exit_mmap to undo (SPEC §5.8).
 */
import { flushTlbMm, type MmStruct, UNKNOWN_HOLE_SIZE } from "@forkpath/mm";
import { downWrite, type KernelThread, upWrite } from "@forkpath/sync";
import { stepStatus } from "../task/scripted-step.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { dupVma } from "./dup-vma.ts";

/** Two locks of one class: the child's nests in the parent's. @kernel SINGLE_DEPTH_NESTING */
const CHILD = 1;

/**
 * @param current whose commit limits apply: the parent
 * @returns 0 or the first failure
 * @kernel dup_mmap in kernel/fork.c
 */
export function* dupMmap(
  fe: ForkEnv,
  current: TaskStruct,
  mm: MmStruct,
  oldMm: MmStruct,
): KernelThread<number> {
  const { sync } = fe;
  yield* downWrite(sync, oldMm.mmapSem, "dup_mmap");
  yield* downWrite(sync, mm.mmapSem, "dup_mmap", CHILD);
  startEmpty(mm, oldMm);
  let status = stepStatus(fe, "ksm_fork") || stepStatus(fe, "khugepaged_fork");
  for (const vma of oldMm.vmas) {
    if (status !== 0) break;
    status = yield* dupVma({ fe, current, mm, oldMm }, vma);
  }
  yield* upWrite(sync, mm.mmapSem, "dup_mmap");
  // The one flush for all entries that were write-protected, after a failure too (D12).
  flushTlbMm(fe.mm, oldMm);
  yield* upWrite(sync, oldMm.mmapSem, "dup_mmap");
  return status;
}

/** What the copied struct must not say of an address space without areas. */
function startEmpty(mm: MmStruct, oldMm: MmStruct): void {
  mm.lockedVm = 0;
  mm.mapCount = 0;
  mm.freeAreaCache = oldMm.layout.mmapBase;
  mm.cachedHoleSize = UNKNOWN_HOLE_SIZE;
}
