/**
 * A page becomes its process's alone before it is pinned for reading (L12/8, L15/6), so that no
 * later write of the process takes it away from the pin.
 *
 *    who has the page          entry                 page
 *    this process alone        as it was             marked exclusive
 *    others too                read-only, clean      a copy, marked exclusive
 *    others too, huge          cut to small ones     a copy of 4 KiB
 */
import { type Pfn, virtAddr } from "@forkpath/abi";
import { checkSyncRssStat } from "@forkpath/counters";
import {
  findPteCell,
  isPtePresent,
  isPteWrite,
  NO_CELL,
  pmdLockOf,
  ptePfn,
} from "@forkpath/page-table";
import { isPageKsm } from "@forkpath/rmap";
import { holding, type KernelThread, spinUnlock, stopAt, stopsHere } from "@forkpath/sync";
import { FOR_SHARED_PAGE } from "../area/new-anon-page.ts";
import { cutHugePmd } from "../huge/cut.ts";
import { isHugePageOurs, markHugeExclusive } from "../huge/frames.ts";
import { createFaultSite, type FaultSite, lockEntry, readOrigPte } from "../machine/fault-site.ts";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopToLook } from "../machine/memory-stop.ts";
import { type MmEnv, type MmLimits, VM_FAULT_ERROR, type Vma } from "../types.ts";
import { Claim, claimPage, ownerPoint } from "./wp.ts";
import { wpCopyPage } from "./wp-copy.ts";

const WHERE = "do_wp_page";

/**
 * Requires mmap_sem held for reading.
 * @returns 0, also when the entry has changed meanwhile; or OOM
 * @kernel handle_mm_fault in mm/memory.c, with FAULT_FLAG_UNSHARE
 */
export function* unsharePage(
  env: MmEnv,
  vma: Vma,
  addr: number,
  limits: MmLimits,
): KernelThread<number> {
  checkSyncRssStat(env.sync, vma.mm.counters);
  yield* stopToLook(env, vma.mm, addr);
  const pmd = findHugePmd(env, vma.mm, addr);
  if (pmd !== NO_CELL && (yield* claimHugePage(env, vma, pmd))) return 0;
  const cell = findPteCell(env.tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return 0;
  const site = createFaultSite(vma, addr, cell, false, limits, false);
  readOrigPte(env, site);
  const isToCopy = isPtePresent(site.low) && !isPteWrite(site.low);
  return isToCopy ? yield* unshareEntry(env, site, ptePfn(site.low, site.high)) : 0;
}

function* unshareEntry(env: MmEnv, site: FaultSite, pfn: Pfn): KernelThread<number> {
  const isSame = yield* lockEntry(env, site, WHERE, pfn);
  if (isSame && env.rules.unsharesPinned(env, pfn)) {
    const isKsm = isPageKsm(env.map, pfn);
    if (stopsHere(env.sync)) yield* stopAt(env.sync, ownerPoint(env, site, pfn));
    const claim = isKsm ? Claim.SHARED : yield* claimPage(env, site, pfn);
    if (claim === Claim.CHANGED) return 0;
    if (claim === Claim.SHARED) {
      const code = yield* wpCopyPage(env, site, pfn, FOR_SHARED_PAGE);
      return code & VM_FAULT_ERROR;
    }
  }
  yield* spinUnlock(env.sync, site.ptl, WHERE);
  return 0;
}

/** @returns whether it is the area's alone now; else its pmd is cut */
function* claimHugePage(env: MmEnv, vma: Vma, pmd: number): KernelThread<boolean> {
  const claim = memoryStep(env, () => {
    const head = hugePmdPfn(env, pmd);
    const isOurs = isHugePageOurs(env, head);
    if (isOurs) markHugeExclusive(env, head);
    return isOurs;
  });
  if (yield* holding(env.sync, pmdLockOf(env.tables, vma.mm, pmd), WHERE, claim)) return true;
  yield* cutHugePmd(env, vma.mm, pmd);
  return false;
}
