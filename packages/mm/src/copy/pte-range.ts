/**
 * Copies one table's worth of entries, in as many lock holds as it takes (SPEC §6.9).
 *
 * Each hold takes the child's table lock, then the parent's, copies until something stops it, lets
 * the parent's go, adds what it copied to the child's counters, and lets the child's go. Between
 * holds the parent's mmap_sem is all that is held: reclaim and truncation may run.
 *
 * Locks are taken in halves here: a fork comes by once for each table, and small areas have few
 * pages.
 */
import { Errno, PTRS_PER_TABLE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { NO_TABLE, pteAlloc, pteAllocNow, pteIndex, ptlOf } from "@forkpath/page-table";
import { entryRow } from "@forkpath/page-table/internal";
import { NO_PFN } from "@forkpath/rmap";
import { addSwapCountContinuation } from "@forkpath/swap";
import {
  condReschedNow,
  countCalls,
  goesOver,
  type KernelThread,
  type SchedulePoint,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  stopAt,
  stopsHere,
  waitersOf,
} from "@forkpath/sync";
import { clearBatch, flushBatch, flushBatchNow } from "../machine/batch.ts";
import { addingPoint } from "../machine/batch-point.ts";
import { cellPoint, withReads } from "../machine/memory-point.ts";
import { allocPage } from "../page/alloc.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv } from "../types.ts";
import { copyEntries } from "./entries.ts";
import { type CopyRun, RunStop } from "./run.ts";

const WHERE = "copy_pte_range";

/**
 * Copies [addr, end), which lies in one pte table, below the pmd cells of child and parent.
 * @returns 0, or -ENOMEM with what was copied so far counted and left in place
 * @kernel copy_pte_range in mm/memory.c
 */
export function* copyPteRange(
  env: MmEnv,
  run: CopyRun,
  dstPmd: number,
  srcPmd: number,
  addr: VirtAddr,
  end: VirtAddr,
): KernelThread<number> {
  const { sync, tables } = env;
  const { dst, src } = run;
  run.addr = addr;
  run.progress = 0;
  // el6 clears it once, and not once a hold: for a stale entry it asks again (D15).
  run.entryPending = false;
  do {
    let dstRow = entryRow(tables, dstPmd);
    if (dstRow === NO_TABLE) {
      dstRow = sync.interleaved
        ? yield* pteAlloc(sync, tables, dst, dstPmd)
        : pteAllocNow(sync, tables, dst, dstPmd);
      if (dstRow === NO_TABLE) return -Errno.ENOMEM;
    }
    const srcRow = entryRow(tables, srcPmd);
    const dstPtl = ptlOf(tables, dst, dstRow);
    const srcPtl = ptlOf(tables, src, srcRow);
    if (!spinLockNow(sync, dstPtl, WHERE)) yield* spinLock(sync, dstPtl, WHERE);
    if (!spinLockNow(sync, srcPtl, WHERE, 1)) yield* spinLock(sync, srcPtl, WHERE, 1);

    run.dstPtl = dstPtl;
    run.srcPtl = srcPtl;
    run.dstCell = dstRow * PTRS_PER_TABLE + pteIndex(run.addr);
    run.srcCell = srcRow * PTRS_PER_TABLE + pteIndex(run.addr);
    run.srcEnd = srcRow * PTRS_PER_TABLE + pteIndex(virtAddr(end - 1)) + 1;
    clearBatch(run);
    if (stopsHere(sync)) yield* stopAt(sync, copyPoint(env, run));
    let stop = copyEntries(env, run);
    while (stop === RunStop.STEP) {
      yield copyPoint(env, run);
      stop = copyEntries(env, run);
    }

    if (sync.interleaved && !goesOver(sync.passing, srcPtl.unlockPoint)) yield srcPtl.unlockPoint;
    spinUnlockNow(sync, srcPtl, WHERE);
    if (!flushBatchNow(sync, dst.counters, run)) {
      yield* flushBatch(sync, dst.counters, run);
    }
    if (sync.interleaved && !goesOver(sync.passing, dstPtl.unlockPoint)) yield dstPtl.unlockPoint;
    spinUnlockNow(sync, dstPtl, WHERE);
    countHold(env, run);
    if (sync.interleaved && !goesOver(sync.passing, sync.reschedPoint)) yield sync.reschedPoint;
    condReschedNow(sync);

    if (run.entryPending || stop === RunStop.PAGE || run.prealloc !== NO_PFN) {
      const status = yield* getWhatItWaitsFor(env, run, stop);
      if (status !== 0) return status;
      run.progress = 0;
    }
  } while (run.addr !== end);
  return 0;
}

/** It may need the page that was got for it, and look who waits for the tables' locks. */
function copyPoint(env: MmEnv, run: CopyRun): SchedulePoint {
  const { src, dst, addr, srcCell, srcPtl, dstPtl, prealloc } = run;
  const shared = cellPoint(env, src, addr, srcCell, dst);
  const point = prealloc === NO_PFN ? shared : addingPoint(env, shared);
  if (env.sync.spinNeedbreak === null) return point;
  return withReads(point, waitersOf(srcPtl), waitersOf(dstPtl));
}

/** What no table lock may be held for: a page for a swap count, or for the child. */
function* getWhatItWaitsFor(env: MmEnv, run: CopyRun, stop: RunStop): KernelThread<number> {
  if (run.prealloc !== NO_PFN) dropPage(env, run.prealloc); // it was for one entry, which has changed
  run.prealloc = NO_PFN;
  if (run.entryPending) {
    const { entryLow, entryHigh } = run;
    const status = yield* addSwapCountContinuation(env.sync, env.swap, entryLow, entryHigh);
    if (status < 0) return -Errno.ENOMEM;
    if (env.rules.forgetsEntry) run.entryPending = false;
  }
  if (stop !== RunStop.PAGE) return 0;
  run.prealloc = yield* allocPage(env);
  return run.prealloc === NO_PFN ? -Errno.ENOMEM : 0;
}

/** Tells how often this hold has called what is too small to be told one by one. */
function countHold({ sync }: MmEnv, run: CopyRun): void {
  countCalls(sync, "copy_one_pte", run.entryCalls);
  countCalls(sync, "add_mm_rss", 1);
  run.entryCalls = 0;
}
