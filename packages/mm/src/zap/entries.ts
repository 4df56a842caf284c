/**
 * The inner loop of unmap: clears entries of one table until its budget is used up (SPEC §8.4).
 *
 * The table's lock is held throughout. Pages go into a gather and are let go after the TLB flush;
 * counters are summed in the run and added by zapPteRange before the lock goes. The twin of
 * copy/entries.ts: zapOrdinary takes what is common, zapOnePte the rest.
 */
import { PAGE_SIZE, virtAddr } from "@forkpath/abi";
import { isPteNone, pteHigh, pteLow } from "@forkpath/page-table";
import type { MmEnv } from "../types.ts";
import { zapOnePte } from "./one-pte.ts";
import { zapOrdinary } from "./ordinary.ts";
import type { ZapRun } from "./run.ts";

/** What an entry that is not empty costs of the budget; an empty one costs 1. */
const ZAPPED_ENTRY_COST = 4096;

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
