/**
 * The last part of a swap-in: the page is there and locked, and takes the entry's place (§9.5).
 *
 *    since    in which order                                whose the page is
 *    el6      counters, entry, rmap, slot's count           asked by a write alone: rules/reuse.ts
 *    v5.19    slot's count, cache, counters, rmap, entry    the entry's mark, or its only reference
 *
 * In the first order, the page's mapcount does not count this entry yet when a write asks, and its
 * slot still does: so their sum is right, and 1 means that nobody else has it.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import { addMmCounterFast, MmCounter } from "@forkpath/counters";
import {
  maybeMkwrite,
  mkPteHigh,
  mkPteLow,
  pteMkdirty,
  pteMkwrite,
  setPte,
} from "@forkpath/page-table";
import {
  isPageAnon,
  isPageKsm,
  linearPageIndex,
  NO_PFN,
  PageFlag,
  pageAddAnonRmap,
} from "@forkpath/rmap";
import { isSwpExclusive, swapFree, vmSwapFull } from "@forkpath/swap";
import { type KernelThread, spinUnlock, tracedAt } from "@forkpath/sync";
import { addNewAnonPage, ownAnonVma } from "../area/new-anon-page.ts";
import type { FaultSite } from "../machine/fault-site.ts";
import {
  stopAtEntry,
  stopAtMemory,
  stopAtPage,
  stopAtSharers,
  stopAtSlots,
} from "../machine/memory-stop.ts";
import { unlockPage } from "../page/lock.ts";
import { lruAddDrain } from "../page/lru-batch.ts";
import { dropPage, mlockVmaPage } from "../page/state.ts";
import { isPageSwapCache, reuseSwapPage, tryToFreeSwap } from "../page/swap-cache.ts";
import { type MmEnv, VM_FAULT_ERROR } from "../types.ts";
import { doWpPage } from "./wp.ts";

const WHERE = "do_swap_page";

/**
 * Maps `page`, which is `cached` or its copy; NO_PFN says that it was read past the cache. Requires
 * the table's lock with the entry checked, and the pages locked and referenced; lets all of that
 * go.
 * @returns `code`, and what do_wp_page adds when a write is still wanted
 * @kernel do_swap_page in mm/memory.c, from its last check on
 */
export function* mapSwappedPage(
  env: MmEnv,
  site: FaultSite,
  page: Pfn,
  cached: Pfn,
  code: number,
): KernelThread<number> {
  const { sync } = env;
  if (env.rules.swapIn.asksMark) yield* mapMarkedPage(env, site, page, cached);
  else yield* mapCountedPage(env, site, page, cached);
  unlockPage(env, page);
  if (cached !== NO_PFN && page !== cached) {
    yield* stopAtPage(env, cached);
    unlockPage(env, cached);
    dropPage(env, cached);
  }
  if (!site.isWrite) {
    yield* spinUnlock(sync, site.ptl, WHERE);
    return code;
  }
  const both = code | (yield* tracedAt(sync, "do_wp_page", doWpPage(env, site), site.addr));
  return both & VM_FAULT_ERROR ? both & VM_FAULT_ERROR : both;
}

/** el6's order. Leaves in `site` what it stored. */
function* mapCountedPage(env: MmEnv, site: FaultSite, page: Pfn, cached: Pfn): KernelThread<void> {
  const { low, high } = site;
  yield* countSwapIn(env, site);
  yield* storePage(env, site, page, cached);
  yield* stopAtSlots(env, page);
  swapFree(env.sync, env.swap, low, high);
  if (isBetterUncached(env, site, page)) tryToFreeSwap(env, page);
}

function* countSwapIn({ sync }: MmEnv, { vma: { mm } }: FaultSite): KernelThread<void> {
  yield* addMmCounterFast(sync, mm.counters, MmCounter.ANON_RSS, 1);
  yield* addMmCounterFast(sync, mm.counters, MmCounter.SWAP_USAGE, -1);
}

/** Should the page leave the swap cache if no entry needs its slot? */
function isBetterUncached({ map, swap }: MmEnv, { vma }: FaultSite, page: Pfn): boolean {
  const isMlocked = (map.flags[page] & PageFlag.MLOCKED) !== 0;
  return vmSwapFull(swap) || (vma.flags & VmFlag.LOCKED) !== 0 || isMlocked;
}

/** The order since 5.19. Leaves in `site` what it stored. */
function* mapMarkedPage(env: MmEnv, site: FaultSite, page: Pfn, cached: Pfn): KernelThread<void> {
  const { sync, map, rules } = env;
  const { vma, low, high } = site;
  yield* stopAtMemory(env);
  const isMarked = cached === NO_PFN || isSwpExclusive(low);
  if (site.isWrite && (map.flags[page] & PageFlag.LRU) === 0) lruAddDrain(env);
  swapFree(sync, env.swap, low, high);
  const isLastUse = site.isWrite && isPageSwapCache(env, page) && map.count[page] === 2;
  if (isLastUse || isBetterUncached(env, site, page)) tryToFreeSwap(env, page);
  yield* countSwapIn(env, site);
  const isOurs = !isPageKsm(map, page) && (isMarked || map.count[page] === 1);
  site.low = mkPteLow(page, vma.pageProtLow);
  site.high = mkPteHigh(page, vma.pageProtHigh);
  if (isOurs && vma.flags & VmFlag.WRITE && (site.isWrite || rules.swapIn.writesOnRead)) {
    site.low = pteMkwrite(site.isWrite ? pteMkdirty(site.low) : site.low);
    site.isWrite = false;
  }
  yield* stopAtEntry(env, vma.mm, site.addr, page);
  const isLocked = (vma.flags & VmFlag.LOCKED) !== 0;
  if (isLocked && (rules.swapIn.locksFresh || isPageAnon(map, page))) mlockVmaPage(env, page);
  mapPage(env, site, page, cached, isOurs);
  if (isOurs) map.flags[page] |= rules.exclusiveFlag;
  yield* stopAtEntry(env, vma.mm, site.addr, page); // and its lock goes
  setPte(env.tables, site.cell, site.low, site.high);
}

function mapPage(env: MmEnv, site: FaultSite, page: Pfn, cached: Pfn, isOurs: boolean): void {
  const { vma, addr } = site;
  if (cached !== NO_PFN && page !== cached) addNewAnonPage(env, vma, addr, page);
  else pageAddAnonRmap(env.map, page, ownAnonVma(vma), linearPageIndex(vma, addr), isOurs);
}

/** Stores the entry, then maps the page. */
function* storePage(env: MmEnv, site: FaultSite, page: Pfn, cached: Pfn): KernelThread<void> {
  const { vma } = site;
  yield* stopAtSharers(env, vma.mm, site.addr, page);
  site.low = mkPteLow(page, vma.pageProtLow);
  site.high = mkPteHigh(page, vma.pageProtHigh);
  const isExclusive = site.isWrite && reuseSwapPage(env, page);
  if (isExclusive) {
    site.low = maybeMkwrite(pteMkdirty(site.low), vma.flags);
    site.isWrite = false;
  }
  yield* stopAtEntry(env, vma.mm, site.addr);
  setPte(env.tables, site.cell, site.low, site.high);
  yield* stopAtEntry(env, vma.mm, site.addr, page);
  mapPage(env, site, page, cached, isExclusive);
}
