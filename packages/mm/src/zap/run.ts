/**
 * Where the unmapping of an area stands, and what it has counted: the locals that
 * unmap_page_range and the functions below it share. The twin of copy/run.ts.
 */
import { type VirtAddr, virtAddr } from "@forkpath/abi";
import type { Batch } from "../machine/batch.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import type { MmuGather } from "../page/mmu-gather.ts";
import type { MappedFile, MmEnv, Vma } from "../types.ts";

/** Which entries are wanted gone, and how; without it, all that there is goes with its area. */
export interface ZapDetails {
  /** Only pages of this file: copies, swap and migration entries stay (even_cows = 0). */
  readonly checkMapping: MappedFile | null;
  /** Only pages whose index lies in [firstIndex, lastIndex], wherever they are mapped. */
  readonly nonlinearVma: Vma | null;
  /** First page of the file, for `checkMapping` and `nonlinearVma`. */
  readonly firstIndex: number;
  /** Last page of the file, itself included. */
  readonly lastIndex: number;
  /** Guard markers stay: the area does. */
  readonly keepsGuards?: boolean;
  /** A table that is emptied whole may go too. @kernel reclaim_pt of zap_details */
  readonly reclaimPt?: boolean;
}

export interface ZapRun extends Batch {
  readonly gather: MmuGather;
  readonly vma: Vma;
  /** Null also where they name neither a file nor a nonlinear area (SPEC §8.4). */
  readonly details: ZapDetails | null;
  readonly keepsGuards: boolean;
  readonly reclaimPt: boolean;
  /** Next cell; the run ends before `endCell`. */
  cell: number;
  endCell: number;
  /** Address that `cell` maps, in bytes. */
  addr: VirtAddr;
  /** Budget before somebody else may run; at or below 0 it is used up. */
  work: number;
}

/**
 * A run for one area, not aimed at any table yet.
 * @modelOnly the locals of unmap_page_range and of what it calls
 */
export const createZapRun = (
  env: MmEnv,
  gather: MmuGather,
  vma: Vma,
  details: ZapDetails | null,
  work: number,
): ZapRun => ({
  gather,
  vma,
  details: details?.checkMapping || details?.nonlinearVma ? details : null,
  keepsGuards: details?.keepsGuards ?? false,
  reclaimPt: details?.reclaimPt ?? false,
  cell: 0,
  endCell: 0,
  addr: virtAddr(0),
  work,
  fileCounter: fileCounterOf(env, vma.file),
  file: 0,
  anon: 0,
  swap: 0,
});
