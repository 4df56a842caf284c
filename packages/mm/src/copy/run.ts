/**
 * The inner loop of fork: copies page-table entries until something stops it (SPEC §6.9).
 *
 * A run walks one table from a cell of the parent to the same cell of the child. Both table locks
 * are held throughout, so nothing here can wait: what needs to (a full swap map, somebody who
 * wants the CPU) ends the run and says so, and copyPteRange decides what happens next.
 */
import { PAGE_SIZE, type VirtAddr, VmFlag, virtAddr } from "@forkpath/abi";
import { isPteNone, Pte, pteHigh, pteLow } from "@forkpath/page-table";
import { EventClass, needResched, type SpinLock, spinNeedbreak } from "@forkpath/sync";
import type { MmEnv } from "../machine/env.ts";
import type { MmStruct } from "../machine/mm.ts";
import type { CopyVma } from "../machine/vma.ts";
import { copyOnePte } from "./one-pte.ts";
import { copyOrdinary } from "./ordinary.ts";

/** Why a run stopped. */
export const RunStop = {
  /** Every entry was handled. */
  END: 0,
  /** Somebody wants the CPU or a lock; the next entry was not looked at. */
  RESCHED: 1,
  /** The swap count of an entry is full and no continuation page was to be had. */
  SWAP_FULL: 2,
  /** One entry was handled, and a scheduler wants to be asked before the next. */
  STEP: 3,
} as const;
export type RunStop = (typeof RunStop)[keyof typeof RunStop];

/** A copied entry costs this much of a hold's budget; an empty one costs 1 (SPEC §6.9/3). */
const COPIED_ENTRY_COST = 8;
/** After this much progress under the locks, the loop asks whether to let go. */
const PROGRESS_BEFORE_POLL = 32;

/** Where a copy stands: made once for each vma, aimed anew at each table. */
export interface CopyRun {
  readonly dst: MmStruct;
  readonly src: MmStruct;
  readonly vmFlags: number;
  readonly anonVma: object | null;
  readonly isCow: boolean;
  /** Bits of the low word that the parent's entry keeps, and that the child's gets. */
  readonly srcKeep: number;
  readonly dstKeep: number;
  srcPtl: SpinLock;
  dstPtl: SpinLock;
  /** Next cell of either side; the run ends before `srcEnd`. */
  srcCell: number;
  dstCell: number;
  srcEnd: number;
  /** Address that `srcCell` maps, in bytes. */
  addr: VirtAddr;
  progress: number;
  /** True while `entryLow`, `entryHigh` name a swap entry that waits for a continuation page. */
  entryPending: boolean;
  entryLow: number;
  entryHigh: number;
  /** What this hold copied, in pages: added to the child's counters before its lock goes. */
  file: number;
  anon: number;
  swap: number;
}

/**
 * A run for one vma of the parent, not aimed at any table yet.
 * @modelOnly the locals of copy_page_range and of what it calls
 */
export function createCopyRun(dst: MmStruct, src: MmStruct, vma: CopyVma, isCow: boolean): CopyRun {
  const srcKeep = isCow ? ~Pte.RW : ~0;
  const clean = vma.flags & VmFlag.SHARED ? ~(Pte.DIRTY | Pte.SOFTDIRTY) : ~0;
  return {
    dst,
    src,
    vmFlags: vma.flags,
    anonVma: vma.anonVma,
    isCow,
    srcKeep,
    dstKeep: srcKeep & clean & ~Pte.ACCESSED,
    srcPtl: src.pageTableLock,
    dstPtl: dst.pageTableLock,
    srcCell: 0,
    dstCell: 0,
    srcEnd: 0,
    addr: virtAddr(0),
    progress: 0,
    entryPending: false,
    entryLow: 0,
    entryHigh: 0,
    file: 0,
    anon: 0,
    swap: 0,
  };
}

/**
 * Copies entries from `run.srcCell` on, and leaves in `run` how far it came and what it copied.
 *
 * Requires both table locks, the child's cells to be empty, and a row in the memory map for every
 * frame that the parent maps.
 * @kernel copy_pte_range in mm/memory.c: the loop under the locks
 */
export function copyEntries(env: MmEnv, run: CopyRun): RunStop {
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
      if (!copyOnePte(env, run)) return RunStop.SWAP_FULL;
      copied = 1;
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
