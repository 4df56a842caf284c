/**
 * Where the copy of an area stands, and what it has counted: the locals that copy_page_range and
 * the functions below it share.
 *
 * A run walks one table from a cell of the parent to the same cell of the child.
 */
import { type Pfn, type VirtAddr, VmFlag, virtAddr } from "@forkpath/abi";
import { Pte } from "@forkpath/page-table";
import { NO_PFN } from "@forkpath/rmap";
import type { SpinLock } from "@forkpath/sync";
import type { Batch } from "../machine/batch.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import { type CopyVma, MMF_HAS_PINNED, type MmEnv, type MmStruct } from "../types.ts";

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
  /** The child needs a page of its own in place of one that may be pinned. */
  PAGE: 4,
} as const;
export type RunStop = (typeof RunStop)[keyof typeof RunStop];

/** Where a copy stands: made once for each vma, aimed anew at each table. */
export interface CopyRun extends Batch {
  readonly dst: MmStruct;
  readonly src: MmStruct;
  readonly vma: CopyVma;
  readonly vmFlags: number;
  readonly anonVma: object | null;
  readonly isCow: boolean;
  /** Bits of the low word that the parent's entry keeps, and that the child's gets. */
  readonly srcKeep: number;
  readonly dstKeep: number;
  /** What the parent's pages lose: nobody has them alone any more. */
  readonly exclusiveFlag: number;
  /** Pages that may be pinned are copied at once, so each entry is looked at. */
  readonly copiesPinned: boolean;
  /** For the next such page; else NO_PFN. */
  prealloc: Pfn;
  srcPtl: SpinLock;
  dstPtl: SpinLock;
  /** Next cell of either side; the run ends before `srcEnd`. */
  srcCell: number;
  dstCell: number;
  srcEnd: number;
  /** Address that `srcCell` maps, in bytes. */
  addr: VirtAddr;
  progress: number;
  /**
   * Calls of copy_one_pte in this hold: entries that are not none, one more for each that waits.
   */
  entryCalls: number;
  /** True while `entryLow`, `entryHigh` name a swap entry that waits for a continuation page. */
  entryPending: boolean;
  entryLow: number;
  entryHigh: number;
}

/**
 * A run for one vma of the parent, not aimed at any table yet.
 * @modelOnly the locals of copy_page_range and of what it calls
 */
export function createCopyRun(
  env: MmEnv,
  dst: MmStruct,
  src: MmStruct,
  vma: CopyVma,
  isCow: boolean,
): CopyRun {
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
    exclusiveFlag: env.rules.exclusiveFlag,
    copiesPinned: isCow && env.rules.pinBias > 1 && (src.flags & MMF_HAS_PINNED) !== 0,
    prealloc: NO_PFN,
    srcPtl: src.pageTableLock,
    dstPtl: dst.pageTableLock,
    srcCell: 0,
    dstCell: 0,
    srcEnd: 0,
    addr: virtAddr(0),
    progress: 0,
    entryCalls: 0,
    entryPending: false,
    entryLow: 0,
    entryHigh: 0,
    vma,
    fileCounter: fileCounterOf(env, vma.file),
    file: 0,
    anon: 0,
    swap: 0,
  };
}
