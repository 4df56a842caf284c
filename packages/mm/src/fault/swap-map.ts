/**
 * The last part of a swap-in: the page is there and locked, and takes the entry's place (§9.5).
 *
 * When a write decides whether it may keep the page, the page's mapcount does not count this entry
 * yet, and its slot still does: so their sum is right, and 1 means that nobody else has it.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import { addMmCounterFast, MmCounter } from "@forkpath/counters";
import { maybeMkwrite, mkPteHigh, mkPteLow, pteMkdirty, setPte } from "@forkpath/page-table";
import { linearPageIndex, PageFlag, pageAddAnonRmap } from "@forkpath/rmap";
import { swapFree, vmSwapFull } from "@forkpath/swap";
import { type KernelThread, spinUnlockStep } from "@forkpath/sync";
import { addNewAnonPage, ownAnonVma } from "../area/new-anon-page.ts";
import type { FaultSite } from "../machine/fault-site.ts";
import { entryPoint, sharersPoint } from "../machine/memory-point.ts";
import { unlockPage } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import { reuseSwapPage, tryToFreeSwap } from "../page/swap-cache.ts";
import { type MmEnv, VM_FAULT_ERROR } from "../types.ts";
import { doWpPage } from "./wp.ts";

const WHERE = "do_swap_page";

/**
 * Maps `page`, which is `cached` or its copy. Requires the table's lock with the entry checked, and
 * the pages locked and referenced; lets all of that go.
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
  const { sync, map, swap } = env;
  const { vma } = site;
  const { low, high } = site;
  yield* addMmCounterFast(sync, vma.mm.counters, MmCounter.ANON_RSS, 1);
  yield* addMmCounterFast(sync, vma.mm.counters, MmCounter.SWAP_USAGE, -1);
  yield* storePage(env, site, page, cached);
  if (sync.interleaved) yield env.ptePoint;
  swapFree(sync, swap, low, high);
  const isMlocked = (map.flags[page] & PageFlag.MLOCKED) !== 0;
  if (vmSwapFull(swap) || (vma.flags & VmFlag.LOCKED) !== 0 || isMlocked) tryToFreeSwap(env, page);
  unlockPage(env, page);
  if (page !== cached) {
    unlockPage(env, cached);
    dropPage(env, cached);
  }
  if (!site.isWrite) {
    yield* spinUnlockStep(sync, site.ptl, WHERE);
    return code;
  }
  const both = code | (yield* doWpPage(env, site));
  return both & VM_FAULT_ERROR ? both & VM_FAULT_ERROR : both;
}

/** Stores the entry, then maps the page; leaves in `site` what it stored. */
function* storePage(env: MmEnv, site: FaultSite, page: Pfn, cached: Pfn): KernelThread<void> {
  const { sync, map } = env;
  const { vma } = site;
  if (sync.interleaved) yield sharersPoint(env, vma.mm, site.addr, page);
  site.low = mkPteLow(page, vma.pageProtLow);
  site.high = mkPteHigh(page, vma.pageProtHigh);
  const isExclusive = site.isWrite && reuseSwapPage(env, page);
  if (isExclusive) {
    site.low = maybeMkwrite(pteMkdirty(site.low), vma.flags);
    site.isWrite = false;
    map.flags[page] |= env.rules.exclusiveFlag;
  }
  if (sync.interleaved) yield entryPoint(env, vma.mm, site.addr);
  setPte(env.tables, site.cell, site.low, site.high);
  if (sync.interleaved) yield entryPoint(env, vma.mm, site.addr, page);
  if (page !== cached) addNewAnonPage(env, site.vma, site.addr, page);
  else pageAddAnonRmap(map, page, ownAnonVma(vma), linearPageIndex(vma, site.addr), isExclusive);
}
