/**
 * The inner loop of unmap: clears entries of one table until its budget is used up (SPEC §8.4).
 *
 * The table's lock is held throughout. Pages go into a gather and are let go after the TLB flush;
 * counters are summed in the run and added by zapPteRange before the lock goes. The twin of
 * copy/run.ts: zapOrdinary takes what is common, zapOnePte the rest.
 */
import { PAGE_SIZE, type VirtAddr, virtAddr } from "@forkpath/abi";
import { isPteNone, pteHigh, pteLow } from "@forkpath/page-table";
import type { MmEnv } from "../machine/env.ts";
import type { MappedFile } from "../machine/file.ts";
import type { Vma } from "../machine/vma.ts";
import type { MmuGather } from "../page/mmu-gather.ts";
import { zapOnePte } from "./one-pte.ts";
import { zapOrdinary } from "./ordinary.ts";

/** Which entries truncation wants gone; without it, every entry goes. */
export interface ZapDetails {
  /** Only pages of this file: copies, swap and migration entries stay (even_cows = 0). */
  readonly checkMapping: MappedFile | null;
  /** Only pages whose index lies in [firstIndex, lastIndex], wherever they are mapped. */
  readonly nonlinearVma: Vma | null;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** What an entry that is not empty costs of the budget; an empty one costs 1. */
const ZAPPED_ENTRY_COST = 4096;

export interface ZapRun {
  readonly gather: MmuGather;
  readonly vma: Vma;
  /** Null also where they name neither a file nor a nonlinear area (SPEC §8.4). */
  readonly details: ZapDetails | null;
  /** Next cell; the run ends before `endCell`. */
  cell: number;
  endCell: number;
  /** Address that `cell` maps, in bytes. */
  addr: VirtAddr;
  /** Budget before somebody else may run; at or below 0 it is used up. */
  work: number;
  /** What this hold took away, in pages: negative. */
  file: number;
  anon: number;
  swap: number;
}

/**
 * A run for one area, not aimed at any table yet.
 * @modelOnly the locals of unmap_page_range and of what it calls
 */
export const createZapRun = (
  gather: MmuGather,
  vma: Vma,
  details: ZapDetails | null,
  work: number,
): ZapRun => ({
  gather,
  vma,
  details: details?.checkMapping || details?.nonlinearVma ? details : null,
  cell: 0,
  endCell: 0,
  addr: virtAddr(0),
  work,
  file: 0,
  anon: 0,
  swap: 0,
});

/**
 * Clears entries from `run.cell` on, at least one, while the budget lasts.
 *
 * Requires the table's lock. In an interleaved machine it handles one entry a call.
 * @kernel zap_pte_range in mm/memory.c: the loop under the lock
 */
export function zapEntries(env: MmEnv, run: ZapRun): void {
  const last = env.sync.interleaved ? run.cell + 1 : run.endCell;
  do {
    if (isNone(env, run.cell)) {
      run.work--;
      advance(run, 1);
      continue;
    }
    const budget = Math.ceil(run.work / ZAPPED_ENTRY_COST);
    let zapped = zapOrdinary(env, run, Math.min(last - run.cell, budget));
    if (zapped === 0) {
      zapOnePte(env, run);
      zapped = 1;
    }
    run.work -= zapped * ZAPPED_ENTRY_COST;
    advance(run, zapped);
  } while (run.cell < last && run.work > 0);
}

function advance(run: ZapRun, entries: number): void {
  run.cell += entries;
  run.addr = virtAddr(run.addr + entries * PAGE_SIZE);
}

const isNone = ({ tables }: MmEnv, cell: number): boolean =>
  isPteNone(pteLow(tables, cell), pteHigh(tables, cell));
