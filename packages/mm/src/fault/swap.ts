/**
 * A fault on an entry that is not none, not present and not nonlinear (SPEC §9.5): the page is in
 * swap, in the middle of a migration, or poisoned.
 *
 *    after fork          slot byte 0x02, parent and child hold the entry
 *    one side reads      byte 0x41, its page is cached and mapped read-only
 *    the other reads     byte 0x40, the same page, mapped twice
 *
 * The page is locked from the lookup to the end, so nobody takes it out of the cache meanwhile.
 */
import type { Pfn } from "@forkpath/abi";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import {
  entryOfPte,
  isHwpoisonEntry,
  isMigrationEntry,
  isPteMarker,
  PteMarker,
  pteMarkerBits,
} from "@forkpath/swap";
import { holding, type KernelThread, spinUnlock, stopAt } from "@forkpath/sync";
import { type FaultSite, isSameEntry, lockEntry } from "../machine/fault-site.ts";
import { cachePoint, entryPoint } from "../machine/memory-point.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopAtPage } from "../machine/memory-stop.ts";
import { lockPageOrRetry, unlockPage } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import { isPageSwapCache, lookupSwapCache, swapEntryOfPage } from "../page/swap-cache.ts";
import { readSwapCacheAsync } from "../page/swap-read.ts";
import { type MmEnv, VmFault } from "../types.ts";
import { ksmDoesNeedToCopy, ksmMightNeedToCopy } from "./ksm-copy.ts";
import { migrationEntryWait } from "./migration-wait.ts";
import { mapSwappedPage } from "./swap-map.ts";
import { mayPassCache, swapInPastCache } from "./swap-past-cache.ts";

const WHERE = "do_swap_page";

/**
 * Brings the page of `site`'s entry back.
 *
 * Requires mmap_sem held for reading; after RETRY it is not held any more.
 * @returns 0, MAJOR when the page was read, what do_wp_page says of a write, or an error
 * @kernel do_swap_page in mm/memory.c
 * @deviates A swap entry of another special type (SPEC §9.5/4) cannot be: 29 to 31 are all there
 *   are. There is no memory cgroup that could refuse the page.
 */
export function* doSwapPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { low, high, vma } = site;
  if (isMigrationEntry(low)) {
    yield* migrationEntryWait(env, vma.mm, site.cell);
    return 0;
  }
  if (isPteMarker(low)) return markerFault(low);
  if (isHwpoisonEntry(low)) return VmFault.HWPOISON;

  let code = 0;
  if (env.sync.interleaved) yield* stopAt(env.sync, cachePoint(env, entryOfPte(low, high)));
  let page = lookupSwapCache(env, low, high);
  if (page === NO_PFN && mayPassCache(env, low, high)) return yield* swapInPastCache(env, site);
  if (page === NO_PFN) {
    page = yield* readSwapCacheAsync(env, low, high);
    if (page === NO_PFN) return yield* readFailed(env, site);
    code = VmFault.MAJOR;
  } else if (env.map.flags[page] & PageFlag.HWPOISON) {
    dropPage(env, page);
    return VmFault.HWPOISON;
  }
  const isLocked = yield* lockPageOrRetry(env, vma.mm, page, site.allowRetry);
  if (isLocked) return yield* faultLockedPage(env, site, page, code);
  dropPage(env, page);
  return code | VmFault.RETRY;
}

/** @kernel handle_pte_marker in mm/memory.c */
const markerFault = (low: number): number =>
  pteMarkerBits(low) & PteMarker.GUARD ? VmFault.SIGSEGV : VmFault.HWPOISON;

/** Rows 9 to 13: the cached page is locked and referenced, and both end here. */
function* faultLockedPage(
  env: MmEnv,
  site: FaultSite,
  cached: Pfn,
  code: number,
): KernelThread<number> {
  const entry = entryOfPte(site.low, site.high);
  if (!isPageSwapCache(env, cached) || swapEntryOfPage(env, cached) !== entry) {
    return backOut(env, cached, cached, code);
  }
  let page = cached;
  if (ksmMightNeedToCopy(env, site.vma, site.addr, cached)) {
    page = yield* ksmDoesNeedToCopy(env);
    if (page === NO_PFN) return backOut(env, cached, cached, VmFault.OOM);
  }
  const isSame = yield* lockEntry(env, site, WHERE, page);
  const isUptodate = (env.map.flags[page] & PageFlag.UPTODATE) !== 0;
  if (isSame && isUptodate) return yield* mapSwappedPage(env, site, page, cached, code);
  yield* spinUnlock(env.sync, site.ptl, WHERE);
  yield* stopAtPage(env, page, cached);
  return backOut(env, page, cached, isSame ? VmFault.SIGBUS : code);
}

/** The page could not be had. If the entry changed, another thread has dealt with it. */
function* readFailed(env: MmEnv, site: FaultSite): KernelThread<number> {
  const ask = memoryStep(
    env,
    () => (isSameEntry(env, site) ? VmFault.OOM : 0),
    () => entryPoint(env, site.vma.mm, site.addr),
  );
  return yield* holding(env.sync, site.ptl, WHERE, ask);
}

function backOut(env: MmEnv, page: Pfn, cached: Pfn, code: number): number {
  unlockPage(env, page);
  dropPage(env, page);
  if (page !== cached) {
    unlockPage(env, cached);
    dropPage(env, cached);
  }
  return code;
}
