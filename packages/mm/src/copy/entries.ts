/**
 * The inner loop of fork: copies page-table entries until something stops it (SPEC §6.9).
 *
 * Both table locks are held throughout, so nothing here can wait. What has to wait (a full swap
 * map, a task that wants the CPU) ends the loop, and copyPteRange decides what happens next.
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { EventClass } from "@forkpath/events";
import { isPteNone, pteHigh, pteLow } from "@forkpath/page-table";
import { copyBlocks } from "@forkpath/page-table/internal";
import { needResched, spinNeedbreak } from "@forkpath/sync";
import type { MmEnv } from "../types.ts";
import { copyOnePte } from "./one-pte.ts";
import { copyOrdinary } from "./ordinary.ts";
import { type CopyRun, RunStop } from "./run.ts";

/** A copied entry costs this much of a hold's budget; an empty one costs 1 (SPEC §6.9/3). */
const COPIED_ENTRY_COST = 8;

/** After this much progress under the locks, the loop asks whether to let go. */
const PROGRESS_BEFORE_POLL = 32;

/**
 * Copies entries from `run.srcCell` on, and leaves in `run` how far it came and what it copied.
 *
 * Requires both table locks, the child's cells to be empty, and a row in the memory map for every
 * frame that the parent maps.
 * @kernel copy_pte_range in mm/memory.c: the loop under the locks
 */
export function copyEntries(env: MmEnv, run: CopyRun): RunStop {
  copyBlocks(env.tables, run.srcCell, run.dstCell);
  const isPolled = asksToResched(env);
  const last = env.sync.interleaved ? run.srcCell + 1 : run.srcEnd;
  while (run.srcCell < last) {
    if (isPolled && run.progress >= PROGRESS_BEFORE_POLL) {
      run.progress = 0;
      if (wantsBreak(env, run)) return RunStop.RESCHED;
    }
    if (isNone(env, run.srcCell)) {
      run.progress++;
      advance(run, 1);
      continue;
    }
    const left = last - run.srcCell;
    let copied = copyOrdinary(env, run, isPolled ? Math.min(left, entriesBeforePoll(run)) : left);
    if (copied === 0) {
      run.entryCalls++;
      const stop = copyOnePte(env, run);
      if (stop !== RunStop.END) return stop;
      copied = 1;
    } else {
      run.entryCalls += copied;
    }
    run.progress += copied * COPIED_ENTRY_COST;
    advance(run, copied);
  }
  return run.srcCell < run.srcEnd ? RunStop.STEP : RunStop.END;
}

/** Entries that can be copied before progress is enough for the next poll; at least one. */
const entriesBeforePoll = (run: CopyRun): number =>
  Math.ceil((PROGRESS_BEFORE_POLL - run.progress) / COPIED_ENTRY_COST);

const isNone = ({ tables }: MmEnv, cell: number): boolean =>
  isPteNone(pteLow(tables, cell), pteHigh(tables, cell));

function advance(run: CopyRun, entries: number): void {
  run.srcCell += entries;
  run.dstCell += entries;
  run.addr = virtAddr(run.addr + entries * PAGE_SIZE);
}

/** False where every poll would answer no and nobody listens: then none is made. */
const asksToResched = ({ sync }: MmEnv): boolean =>
  sync.needResched !== null ||
  sync.spinNeedbreak !== null ||
  (sync.traced & EventClass.SCHED) !== 0;

/** Stops asking at the first yes, in the kernel's order. */
const wantsBreak = ({ sync }: MmEnv, run: CopyRun): boolean =>
  needResched(sync) || spinNeedbreak(sync, run.srcPtl) || spinNeedbreak(sync, run.dstPtl);
