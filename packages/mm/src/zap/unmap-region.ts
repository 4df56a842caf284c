/**
 * Taking detached areas apart: their pages, their tables, and what they hold (SPEC §8.6).
 */
import { updateHiwaterRss } from "@forkpath/counters";
import { freePgtables } from "@forkpath/page-table";
import { unlinkAnonVmas } from "@forkpath/rmap";
import { type KernelThread, stopAt } from "@forkpath/sync";
import { unlinkFileVma } from "../area/file.ts";
import { findVmaIndex } from "../area/list.ts";
import { vmUnacctSteps } from "../machine/commit-point.ts";
import { putVmaFile } from "../page/file-refs.ts";
import { flushPoint, type MmuGather, tlbFinishMmu, tlbGatherMmu } from "../page/mmu-gather.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { unmapVmas } from "./unmap-vmas.ts";

/**
 * Unmaps what detached, neighbouring areas map, and frees the tables that only they needed.
 * @kernel unmap_region in mm/mmap.c
 */
export function* unmapRegion(env: MmEnv, mm: MmStruct, vmas: readonly Vma[]): KernelThread<void> {
  const { start } = vmas[0];
  const { end } = vmas[vmas.length - 1];
  const above = findVmaIndex(mm, end - 1);
  const floor = mm.vmas[above - 1]?.end ?? 0;
  const ceiling = mm.vmas[above]?.start ?? 0;
  const gather = tlbGatherMmu(mm, false);
  yield* updateHiwaterRss(env.sync, mm.counters);
  const { nrAccounted } = yield* unmapVmas(env, gather, vmas, start, end);
  yield* vmUnacctSteps(env, nrAccounted);
  yield* freeVmaTables(env, gather, vmas, floor, ceiling);
}

/**
 * Unlinks detached areas from their anon_vmas and files, frees their tables, ends the gather.
 * @kernel free_pgtables in mm/memory.c and tlb_finish_mmu, as their callers pair them
 */
export function* freeVmaTables(
  env: MmEnv,
  gather: MmuGather,
  vmas: readonly Vma[],
  floor: number,
  ceiling: number,
): KernelThread<void> {
  const { sync, tables } = env;
  const ranges = vmas.map((vma) => ({ vma, start: vma.start, end: vma.end, hugetlb: false }));
  yield* freePgtables(sync, tables, gather.mm, ranges, floor, ceiling, ({ vma }) =>
    unlinkVma(env, vma),
  );
  if (sync.interleaved && gather.nr > 0) yield* stopAt(sync, flushPoint(env, gather));
  tlbFinishMmu(env, gather);
}

function* unlinkVma(env: MmEnv, vma: Vma): KernelThread<void> {
  yield* unlinkAnonVmas(env.sync, env.anonVmas, vma);
  yield* unlinkFileVma(env, vma);
}

/**
 * Lets an unlinked area go: its owner is told, its file reference dropped.
 * @kernel remove_vma in mm/mmap.c
 */
export function removeVma(env: MmEnv, vma: Vma): void {
  vma.ops?.close?.(vma);
  putVmaFile(env, vma);
}
