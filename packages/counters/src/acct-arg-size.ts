/**
 * Exec's charge for argument pages: they are counted in the *old* mm while its task copies them
 * into the new one, so that the OOM killer sees them (SPEC §7.2).
 *
 * Meant to run under page_table_lock in the non-split build. As shipped it never takes it, because
 * the test asks whether USE_SPLIT_PTLOCKS is defined instead of what it is worth: D1, a lost
 * update for every thread that shares the mm.
 */
import { expectInteger } from "@forkpath/abi";
import { holding, type KernelThread, type SpinLock, type Sync } from "@forkpath/sync";
import { MmCounter, type MmCounters } from "./counters.ts";
import { addMmCounter } from "./mm-counter.ts";

/** The field of linux_binprm that the charge is recorded in. */
export interface ArgCharge {
  /** Pages charged so far. */
  vmaPages: number;
}

/** Pages of the largest user address space: more cannot be charged. */
const MAX_ARG_PAGES = 2 ** 35;

/**
 * Brings the charge to `pages`: the change, of either sign, is added to ANON_RSS.
 * @param counters those of current->mm; null when the task has none, and then nothing happens
 * @param lockPtl null: no lock, as shipped. The mm's page_table_lock: as meant, in a non-split
 *   build
 * @throws RangeError or TypeError unless `pages` is an integer from 0 to 2^35
 * @kernel acct_arg_size in fs/exec.c
 * @example
 * ```ts
 * import { acctArgSize, createMmCounters, MmCounter, peekCounter } from "@forkpath/counters";
 * import { createSync, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mm = createMmCounters({ split: true });
 * const bprm = { vmaPages: 0 };
 * runToCompletion(acctArgSize(sync, mm, bprm, 3, null)); // exec has copied three pages
 * console.log(peekCounter(mm, MmCounter.ANON_RSS), bprm.vmaPages); // 3n 3
 * ```
 */
export function* acctArgSize(
  sync: Sync,
  counters: MmCounters | null,
  bprm: ArgCharge,
  pages: number,
  lockPtl: SpinLock | null,
): KernelThread<void> {
  expectInteger("acctArgSize", "pages", pages, 0, MAX_ARG_PAGES);
  const diff = pages - bprm.vmaPages;
  if (counters === null || diff === 0) return;
  bprm.vmaPages = pages;
  const charge = addMmCounter(sync, counters, MmCounter.ANON_RSS, diff);
  yield* holding(sync, lockPtl, "acct_arg_size", charge);
}
