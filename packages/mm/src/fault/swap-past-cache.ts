/**
 * Swap-in past the swap cache (L17/3): from a device that is memory, for the slot's only entry.
 *
 *    byte 0x01    ──▶    0x41, being read    ──▶    0x00, the page is the reader's alone
 *
 * The cache bit keeps other threads off the slot meanwhile, though no page is in the cache.
 */
import type { Pfn } from "@forkpath/abi";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import {
  entryOffset,
  entryOfPte,
  entryType,
  SwapFlag,
  swapcacheFree,
  swapcachePrepare,
} from "@forkpath/swap";
import { countPart } from "@forkpath/swap/internal";
import { type KernelThread, spinUnlock, stopAt, stopsHere } from "@forkpath/sync";
import { addingPoint } from "../machine/batch-point.ts";
import { type FaultSite, lockEntry } from "../machine/fault-site.ts";
import { pagesPoint } from "../machine/memory-point.ts";
import { stopAtSlots } from "../machine/memory-stop.ts";
import { allocPage } from "../page/alloc.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { lruCacheAdd } from "../page/lru-batch.ts";
import { dropPage } from "../page/state.ts";
import { flagsFromSwap } from "../page/swap-read.ts";
import { type MmEnv, VmFault } from "../types.ts";
import { mapSwappedPage } from "./swap-map.ts";

const WHERE = "do_swap_page";

/**
 * May the page of the entry be read past the cache, in which it is not?
 * @kernel the SWP_SYNCHRONOUS_IO test of do_swap_page in mm/memory.c
 */
export function mayPassCache({ rules, swap }: MmEnv, low: number, high: number): boolean {
  if (!rules.swapIn.skipsCache) return false;
  const entry = entryOfPte(low, high);
  const area = swap.areas[entryType(entry)];
  if (area === undefined || (area.flags & SwapFlag.SYNCHRONOUS) === 0) return false;
  return countPart(area.swapMap[entryOffset(entry)]) === 1;
}

/**
 * Reads the page and maps it.
 * @returns MAJOR, and what do_wp_page adds; OOM; 0 when another thread has dealt with the entry
 * @kernel do_swap_page in mm/memory.c
 */
export function* swapInPastCache(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, swap } = env;
  const { low, high } = site;
  const page = yield* allocPage(env);
  if (page === NO_PFN) return VmFault.OOM;
  yield* stopAtSlots(env);
  if (swapcachePrepare(sync, swap, low, high) !== 0) {
    dropPage(env, page);
    return 0;
  }
  yield* readIn(env, page);
  const isSame = yield* lockEntry(env, site, WHERE, page);
  let code: number = VmFault.MAJOR;
  if (isSame) {
    code = yield* mapSwappedPage(env, site, page, NO_PFN, code);
  } else {
    yield* spinUnlock(sync, site.ptl, WHERE);
    unlockPage(env, page);
    dropPage(env, page);
  }
  yield* stopAtSlots(env);
  swapcacheFree(sync, swap, entryOfPte(low, high));
  return code;
}

function* readIn(env: MmEnv, page: Pfn): KernelThread<void> {
  yield* lockPage(env, page);
  if (stopsHere(env.sync)) yield* stopAt(env.sync, addingPoint(env, pagesPoint(env, page)));
  env.map.flags[page] |= flagsFromSwap(env) | PageFlag.UPTODATE;
  lruCacheAdd(env, page);
}
