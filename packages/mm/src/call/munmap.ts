/**
 * munmap: taking a range out of an address space (SPEC §8.6).
 *
 *    split at both ends ─ unlock ─ take the areas out ─ unmap pages ─ free tables ─ let areas go
 *
 * Up to the splits it can fail, and what was split stays so; after them it cannot.
 */
import { Errno, PAGE_SIZE, pageAlignUp, TASK_SIZE } from "@forkpath/abi";
import { updateHiwaterVm } from "@forkpath/counters";
import { type KernelThread, writing } from "@forkpath/sync";
import { detachVmas, findVma, vmaPages, vmasWithin } from "../area/list.ts";
import { splitVmaAnyway } from "../area/split.ts";
import { unmapArea } from "../area/unmapped-area.ts";
import { expectRange } from "../machine/expect-range.ts";
import { mayHaveAreas } from "../machine/limits.ts";
import { addTotalVm, vmStatAccount } from "../machine/vm-stat.ts";
import { munlockVmas } from "../reclaim/mlock-page.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { removeVma, unmapRegion } from "../zap/unmap-region.ts";

/**
 * @param start bytes
 * @param len bytes, rounded up to pages
 * @returns 0, -EINVAL or -ENOMEM
 * @throws RangeError or TypeError unless both are non-negative integers
 * @kernel sys_munmap in mm/mmap.c
 */
export function sysMunmap(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
): KernelThread<number> {
  expectRange("sysMunmap", start, len);
  return writing(env.sync, mm.mmapSem, "sys_munmap", doMunmap(env, mm, start, len));
}

/**
 * Requires mmap_sem held for writing.
 * @returns 0, -EINVAL or -ENOMEM; on -ENOMEM nothing is unmapped, but an area may be split
 * @kernel do_munmap in mm/mmap.c
 */
export function* doMunmap(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  len: number,
): KernelThread<number> {
  if (start % PAGE_SIZE !== 0 || start > TASK_SIZE || len > TASK_SIZE - start) {
    return -Errno.EINVAL;
  }
  if (len === 0) return -Errno.EINVAL;
  const end = start + (pageAlignUp(len) as number);
  const status = yield* splitAround(env, mm, start, end);
  if (status !== 0) return status;
  if (mm.lockedVm > 0) yield* munlockVmas(env, vmasWithin(mm, start, end));
  const vmas = detachVmas(mm, start, end);
  if (vmas.length === 0) return 0;
  unmapArea(mm, findVma(mm, end)?.start);
  yield* unmapRegion(env, mm, vmas);
  yield* removeVmaList(env, mm, vmas);
  return 0;
}

/**
 * Splits the areas that reach across `start` and `end`.
 * @returns 0 or -ENOMEM
 * @kernel the splits of do_munmap in mm/mmap.c, vms_gather_munmap_vmas in mm/vma.c
 */
export function* splitAround(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  end: number,
): KernelThread<number> {
  const first = findVma(mm, start);
  if (first === undefined || first.start >= end) return 0;
  if (first.start < start) {
    // A hole in the middle makes two of one; the second split is not asked again.
    if (end < first.end && !mayHaveAreas(env, mm, 1)) return -Errno.ENOMEM;
    const status = yield* splitVmaAnyway(env, first, start, false);
    if (status !== 0) return status;
  }
  const last = findVma(mm, end);
  if (last === undefined || last.start >= end) return 0;
  return yield* splitVmaAnyway(env, last, end, true);
}

/** @kernel remove_vma_list in mm/mmap.c */
function* removeVmaList(env: MmEnv, mm: MmStruct, vmas: readonly Vma[]): KernelThread<void> {
  const { sync } = env;
  yield* updateHiwaterVm(sync, mm.counters, mm.usage.totalVm);
  for (const vma of vmas) {
    const pages = vmaPages(vma);
    yield* addTotalVm(sync, mm, -pages);
    yield* vmStatAccount(env, mm, vma.flags, vma.file !== null, -pages);
    removeVma(env, vma);
  }
}
