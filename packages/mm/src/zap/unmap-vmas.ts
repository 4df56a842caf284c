/**
 * Clears the page tables of a range of areas, a block at a time (SPEC §8.2, §8.3).
 *
 * The tables themselves stay: free_pgtables takes them. Between blocks the gather is finished and
 * others may run, so that tearing down a large process holds nobody up for long.
 */
import { pagesBetween, type VirtAddr, VmFlag } from "@forkpath/abi";
import { updateHiwaterRss } from "@forkpath/counters";
import {
  condReschedNow,
  goesOver,
  type KernelThread,
  needResched,
  type SpinLock,
  spinNeedbreak,
  stopAt,
  stopToAsk,
} from "@forkpath/sync";
import { notifyRangeEnd, notifyRangeStart } from "../machine/notifier.ts";
import { flushPoint, type MmuGather, tlbFinishMmu, tlbGatherMmu } from "../page/mmu-gather.ts";
import type { MmEnv, Vma } from "../types.ts";
import { createZapRun, type ZapDetails } from "./run.ts";
import { unmapPageRange } from "./unmap-page-range.ts";

/** How far an unmap has come. */
export interface UnmapResult {
  /** Where it stopped: the end, or earlier when the holder of `iMmapLock` has to let go. */
  readonly end: VirtAddr;
  /** Pages of VM_ACCOUNT areas in the range, for the caller to un-charge. */
  readonly nrAccounted: number;
}

/**
 * Unmaps [start, end) of the given areas, which are sorted by address.
 * @kernel unmap_vmas in mm/memory.c
 */
export function* unmapVmas(
  env: MmEnv,
  gather: MmuGather,
  vmas: readonly Vma[],
  start: VirtAddr,
  end: VirtAddr,
  details: ZapDetails | null = null,
  iMmapLock: SpinLock | null = null,
): KernelThread<UnmapResult> {
  const { sync } = env;
  let work = blockSize(env);
  let nrAccounted = 0;
  let addr = start;
  notifyRangeStart(env, start, end);
  walk: for (const vma of vmas) {
    if (vma.end <= start || vma.start >= end) continue;
    addr = vma.start > start ? vma.start : start;
    const last = vma.end < end ? vma.end : end;
    if (vma.flags & VmFlag.ACCOUNT) nrAccounted += pagesBetween(addr, last);
    const run = createZapRun(env, gather, vma, details, work);
    while (addr < last) {
      addr = yield* unmapPageRange(env, run, addr, last);
      if (run.work > 0) continue;
      if (sync.interleaved && gather.nr > 0) yield* stopAt(sync, flushPoint(env, gather));
      tlbFinishMmu(env, gather);
      if (iMmapLock !== null) yield* stopToAsk(sync, iMmapLock);
      if (needResched(sync) || (iMmapLock !== null && spinNeedbreak(sync, iMmapLock))) {
        if (iMmapLock !== null) break walk;
        if (sync.interleaved && !goesOver(sync.passing, sync.reschedPoint)) yield sync.reschedPoint;
        condReschedNow(sync);
      }
      run.work = blockSize(env);
    }
    work = run.work;
  }
  notifyRangeEnd(env, start, end);
  return { end: addr, nrAccounted };
}

/**
 * Unmaps [start, end) of one area, and lets its pages go.
 * @returns where it stopped, in bytes
 * @kernel zap_page_range in mm/memory.c
 */
export function* zapPageRange(
  env: MmEnv,
  vma: Vma,
  start: VirtAddr,
  end: VirtAddr,
  details: ZapDetails | null = null,
  iMmapLock: SpinLock | null = null,
): KernelThread<VirtAddr> {
  const gather = tlbGatherMmu(vma.mm, false);
  yield* updateHiwaterRss(env.sync, vma.mm.counters);
  const result = yield* unmapVmas(env, gather, [vma], start, end, details, iMmapLock);
  if (env.sync.interleaved && gather.nr > 0) yield* stopAt(env.sync, flushPoint(env, gather));
  tlbFinishMmu(env, gather);
  return result.end;
}

const blockSize = ({ sync, rules }: MmEnv): number =>
  rules.zapBlock[sync.spinNeedbreak === null ? "voluntary" : "preempt"];
