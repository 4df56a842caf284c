/**
 * The end of an address space: everything that it maps is given back (SPEC §5.9).
 *
 * Whoever uses the mm is gone, so nothing is locked and nothing counts any more: hiwater_rss is not
 * pushed, total_vm and map_count stay as they were.
 */
import { TASK_SIZE, virtAddr } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import type { KernelThread } from "@forkpath/sync";
import { vmUnacctSteps } from "../machine/commit-point.ts";
import { tlbGatherMmu } from "../page/mmu-gather.ts";
import { munlockVmas } from "../reclaim/mlock-page.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { freeVmaTables, removeVma } from "../zap/unmap-region.ts";
import { unmapVmas } from "../zap/unmap-vmas.ts";

/**
 * Unmaps all areas, frees their tables, lets them go. The pgd stays.
 *
 * Without any area it returns at once (D28): a fork that failed before its first area has nothing
 * to undo. Counters that are not 0 afterwards are not noticed (D26), tables left over are.
 * @kernel exit_mmap in mm/mmap.c
 */
export function* exitMmap(env: MmEnv, mm: MmStruct): KernelThread<void> {
  if (mm.lockedVm !== 0) yield* munlockVmas(env, mm.vmas);
  if (mm.vmas.length === 0) return;
  const vmas = mm.vmas.splice(0);
  const gather = tlbGatherMmu(mm, true);
  const { nrAccounted } = yield* unmapVmas(env, gather, vmas, virtAddr(0), TASK_SIZE);
  yield* vmUnacctSteps(env, nrAccounted);
  yield* freeVmaTables(env, gather, vmas, 0, 0);
  for (const vma of vmas) removeVma(env, vma);
  if (mm.nrPtes > 0) warnTablesLeft(env, mm);
}

function warnTablesLeft({ sync }: MmEnv, { nrPtes }: MmStruct): void {
  if ((sync.traced & EventClass.MM) === 0) return;
  emit(sync, { kind: "warn", op: "exit_mmap", reason: `nr_ptes is ${nrPtes}`, low: 0, high: 0 });
}
