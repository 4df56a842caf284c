/**
 * Copies one entry from parent to child, whatever it is (SPEC §6.10).
 *
 *   source entry            parent keeps          child gets             counted as
 *   present, normal page    all but RW if cow     that, clean if SHARED, anon or file
 *                                                 and old
 *   the same, may be pinned all                   a copy of its own      anon
 *   present, no page        all but RW if cow     the same, old          nothing
 *   file (nonlinear)        all                   the same               nothing
 *   swap                    all, slot count +1    the same               swap
 *   hwpoison                all                   the same               swap in el6 (D4)
 *   migration, write        read if cow           the same as parent     nothing in el6 (D3),
 *   migration, read         all                   the same               later as its page
 *
 * What says that the page was exclusive goes from both sides.
 */
import { isPteFile, isPtePresent, pteHigh, pteLow, ptePfn, setPte } from "@forkpath/page-table";
import { getPage, isPageAnon, NO_PFN, NormalPage, pageDupRmap, vmNormalPage } from "@forkpath/rmap";
import {
  isOnMmlist,
  isPteMarker,
  isSwpExclusive,
  isWriteMigrationEntry,
  mmlistAddAfter,
  readMigrationLow,
  swapDuplicate,
  swpClearExclusive,
} from "@forkpath/swap";
import { invariant } from "@forkpath/sync";
import { findVma } from "../area/list.ts";
import { addNewAnonPage, storeWrittenPte } from "../area/new-anon-page.ts";
import { reportBadPte } from "../machine/bad-pte.ts";
import { countEntry } from "../machine/batch.ts";
import { countedAs } from "../machine/counter-of.ts";
import type { MmEnv } from "../types.ts";
import { type CopyRun, RunStop } from "./run.ts";

/**
 * Copies the entry at the run's position.
 * @returns END; SWAP_FULL when its swap count is full: `run` then names the entry; PAGE when the
 *   child needs a page of its own for it. Nothing was written then
 * @kernel copy_one_pte in mm/memory.c
 */
export function copyOnePte(env: MmEnv, run: CopyRun): RunStop {
  const low = pteLow(env.tables, run.srcCell);
  if (!isPtePresent(low)) {
    return copyNonpresentPte(env, run) ? RunStop.END : RunStop.SWAP_FULL;
  }
  if (run.copiesPinned && isCopiedNow(env, run)) {
    if (run.prealloc === NO_PFN) return RunStop.PAGE;
    copyPresentPage(env, run);
  } else {
    copyPresentPte(env, run);
  }
  run.entryPending = false;
  return RunStop.END;
}

/** Does the entry map an anonymous page that may be pinned? */
function isCopiedNow(env: MmEnv, run: CopyRun): boolean {
  const { tables, map, rules } = env;
  const low = pteLow(tables, run.srcCell);
  const pfn = ptePfn(low, pteHigh(tables, run.srcCell));
  if (vmNormalPage(map, run.vmFlags, low, pfn) !== NormalPage.NORMAL) return false;
  return isPageAnon(map, pfn) && rules.mustCopyPinned(env, run.src, pfn);
}

/** The parent's entry stays as it is: whoever pinned its page goes on with it. */
function copyPresentPage(env: MmEnv, run: CopyRun): void {
  const vma = findVma(run.dst, run.addr);
  invariant(vma !== undefined, "child-area", "fork copies into an area of the child");
  addNewAnonPage(env, vma, run.addr, run.prealloc);
  storeWrittenPte(env, vma, run.dstCell, run.prealloc);
  run.prealloc = NO_PFN;
  run.anon++;
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
    map.flags[pfn] &= ~run.exclusiveFlag;
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
    if (!isOnMmlist(run.dst.mmlist) && env.rules.joinsMmlist(low)) {
      mmlistAddAfter(sync, swap, run.dst.mmlist, run.src.mmlist, "copy_one_pte");
    }
    countEntry(run, countedAs(env, run.vma, low, high), 1);
    const shared = run.isCow ? sharedWord(run, low) : low;
    if (shared !== low) setPte(tables, run.srcCell, shared, high);
    low = shared;
  }
  setPte(tables, run.dstCell, low, high);
  run.entryPending = false;
  return true;
}

/** What both sides' entries say once nobody has the page alone. */
function sharedWord({ exclusiveFlag }: CopyRun, low: number): number {
  if (isWriteMigrationEntry(low)) return readMigrationLow(low);
  if (exclusiveFlag === 0 || !isSwpExclusive(low) || isPteMarker(low)) return low;
  return swpClearExclusive(low);
}
