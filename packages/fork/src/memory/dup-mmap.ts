/**
 * All areas of an address space, copied one by one into a new one (SPEC §5.7).
 *
 * Both mmap_sems are held for writing throughout, the parent's first; later releases take the
 * parent's area by area, so that its threads go on faulting in those that come later (L6/1). A
 * failure stops at the area where it happens: what is linked by then is for exit_mmap to undo
 * (SPEC §5.8).
 */
import type { MmStruct } from "@forkpath/mm";
import { flushTlbMm, UNKNOWN_HOLE_SIZE } from "@forkpath/mm/internal";
import { downWriteWhile, type KernelThread, upWrite, writing } from "@forkpath/sync";
import { stepStatus } from "../task/scripted-step.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { dupVma, type MmapCopy } from "./dup-vma.ts";
import { copyTotals } from "./totals.ts";

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
  const { sync, rules } = fe;
  const { mmapSem } = oldMm;
  const where = "dup_mmap";
  const refusal = (): number => rules.signals.atLock?.(current) ?? 0;
  const isWanted = (): boolean => refusal() === 0;
  const inParts = fe.mm.rules.faultLock === "of the area";
  if (!(yield* downWriteWhile(sync, mmapSem, where, isWanted, inParts))) return refusal();
  const status = yield* dupAndFlush({ fe, current, mm, oldMm });
  yield* upWrite(sync, mmapSem, where);
  return status;
}

/** Requires the parent's mmap_sem held for writing. */
function* dupAndFlush(copy: MmapCopy): KernelThread<number> {
  const { fe, mm, oldMm } = copy;
  const status = yield* writing(fe.sync, mm.mmapSem, "dup_mmap", dupVmas(copy), CHILD);
  // The one flush for all entries that were write-protected, after a failure too (D12).
  flushTlbMm(fe.mm, oldMm);
  return status;
}

/** Requires both mmap_sems held for writing. */
function* dupVmas(copy: MmapCopy): KernelThread<number> {
  const { fe, mm, oldMm } = copy;
  startEmpty(mm, oldMm);
  if (fe.rules.totals.copied === "under the locks") yield* copyTotals(fe, mm, oldMm);
  const scripted = stepStatus(fe, "ksm_fork") || stepStatus(fe, "khugepaged_fork");
  if (scripted !== 0) return scripted;
  for (const vma of oldMm.vmas) {
    const status = yield* dupVma(copy, vma);
    if (status !== 0) return status;
  }
  return 0;
}

/** What the copied struct must not say of an address space without areas. */
function startEmpty(mm: MmStruct, oldMm: MmStruct): void {
  mm.lockedVm = 0;
  mm.mapCount = 0;
  mm.freeAreaCache = oldMm.layout.mmapBase;
  mm.cachedHoleSize = UNKNOWN_HOLE_SIZE;
}
