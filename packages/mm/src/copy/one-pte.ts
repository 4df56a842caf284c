/**
 * Copies one entry from parent to child, whatever it is (SPEC §6.10).
 *
 *   source entry            parent keeps          child gets             counted as
 *   present, normal page    all but RW if cow     that, clean if SHARED, anon or file
 *                                                 and old
 *   present, no page        all but RW if cow     the same, old          nothing
 *   file (nonlinear)        all                   the same               nothing
 *   swap, hwpoison          all, slot count +1    the same               swap (D4)
 *   migration, write        read if cow           the same as parent     nothing (D3)
 *   migration, read         all                   the same               nothing (D3)
 */
import { isPteFile, isPtePresent, pteHigh, pteLow, ptePfn, setPte } from "@forkpath/page-table";
import { getPage, isPageAnon, NormalPage, pageDupRmap, vmNormalPage } from "@forkpath/rmap";
import {
  isOnMmlist,
  isWriteMigrationEntry,
  mmlistAddAfter,
  readMigrationLow,
  swapDuplicate,
} from "@forkpath/swap";
import { reportBadPte } from "../machine/bad-pte.ts";
import { countEntry } from "../machine/batch.ts";
import type { MmEnv } from "../types.ts";
import type { CopyRun } from "./run.ts";

/**
 * Copies the entry at the run's position.
 * @returns false when its swap count is full: `run` then names the entry, nothing was written
 * @kernel copy_one_pte in mm/memory.c
 */
export function copyOnePte(env: MmEnv, run: CopyRun): boolean {
  const low = pteLow(env.tables, run.srcCell);
  if (!isPtePresent(low)) return copyNonpresentPte(env, run);
  copyPresentPte(env, run);
  run.entryPending = false;
  return true;
}

function copyPresentPte(env: MmEnv, run: CopyRun): void {
  const { tables, map } = env;
  const low = pteLow(tables, run.srcCell);
  const high = pteHigh(tables, run.srcCell);
  const dstLow = low & run.dstKeep;
  setPte(tables, run.srcCell, low & run.srcKeep, high);

  const pfn = ptePfn(low, high);
  const page = vmNormalPage(map, run.vmFlags, low, pfn);
  if (page === NormalPage.NORMAL) {
    getPage(map, pfn);
    pageDupRmap(map, pfn);
    if (isPageAnon(map, pfn)) run.anon++;
    else run.file++;
  } else if (page === NormalPage.BAD) {
    reportBadPte(env, run.addr, dstLow, high);
  }
  setPte(tables, run.dstCell, dstLow, high);
}

function copyNonpresentPte(env: MmEnv, run: CopyRun): boolean {
  const { sync, tables, swap } = env;
  let low = pteLow(tables, run.srcCell);
  const high = pteHigh(tables, run.srcCell);
  if (!isPteFile(low)) {
    if (swapDuplicate(sync, swap, low, high) !== 0) {
      run.entryPending = true;
      run.entryLow = low;
      run.entryHigh = high;
      return false;
    }
    // The parent may be off the ring itself: then both end up on a ring of their own (D7).
    if (!isOnMmlist(run.dst.mmlist)) {
      mmlistAddAfter(sync, swap, run.dst.mmlist, run.src.mmlist, "copy_one_pte");
    }
    countEntry(run, env.rules.countedAs(env, run.vma, low, high), 1);
    if (isWriteMigrationEntry(low) && run.isCow) {
      low = readMigrationLow(low);
      setPte(tables, run.srcCell, low, high);
    }
  }
  setPte(tables, run.dstCell, low, high);
  run.entryPending = false;
  return true;
}
