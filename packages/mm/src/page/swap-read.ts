/**
 * Swap-in: the page of a slot, from the cache or from the disk (SPEC §3.3, §9.5).
 *
 * Two threads that want one slot meet at its HAS_CACHE bit: who sets it reads, and the other one
 * looks again until the page is there.
 */
import { Errno, type Pfn } from "@forkpath/abi";
import { NO_PFN, PageFlag } from "@forkpath/rmap";
import {
  cachedPageOf,
  entryOffset,
  entryOfPte,
  entryType,
  SwapMap,
  swapcachePrepare,
} from "@forkpath/swap";
import {
  type KernelThread,
  PointKind,
  type SchedulePoint,
  stopAt,
  stopsHere,
  waitUntilReady,
} from "@forkpath/sync";
import { addingPoint } from "../machine/batch-point.ts";
import { slotPoint } from "../machine/memory-point.ts";
import { stopAtPage, stopAtSlots } from "../machine/memory-stop.ts";
import type { MmEnv } from "../types.ts";
import { allocPage } from "./alloc.ts";
import { lockPage, unlockPage } from "./lock.ts";
import { lruCacheAdd } from "./lru-batch.ts";
import { dropPage } from "./state.ts";
import { enterSwapCache, lookupSwapCache } from "./swap-cache.ts";

/**
 * The page of the slot that a PTE names, with a reference for the caller. A page that has to be
 * read is allocated ("page" at the gate), and uptodate and clean when this returns.
 * @returns NO_PFN when memory is short, or the entry names no slot in use
 * @kernel read_swap_cache_async in mm/swap_state.c
 * @deviates The read is over when this returns, and it never fails; no readahead.
 */
export function* readSwapCacheAsync(env: MmEnv, low: number, high: number): KernelThread<Pfn> {
  let fresh = NO_PFN;
  let found = lookupSwapCache(env, low, high);
  while (found === NO_PFN) {
    if (fresh === NO_PFN) fresh = yield* allocPage(env);
    if (fresh === NO_PFN) return fresh;
    yield* stopAtSlots(env);
    const status = swapcachePrepare(env.sync, env.swap, low, high);
    if (status === 0) return yield* readIn(env, low, high, fresh);
    if (status !== -Errno.EEXIST) break;
    yield* waitForInsertion(env, low, high);
    found = lookupSwapCache(env, low, high);
  }
  if (fresh !== NO_PFN) dropPage(env, fresh);
  return found;
}

/**
 * Of a page that is about to be read from swap: it is on a list, the active one where fresh pages
 * are not.
 * @kernel workingset_refault in mm/workingset.c, as far as it shows
 */
export const flagsFromSwap = ({ rules }: MmEnv): number =>
  PageFlag.SWAPBACKED | PageFlag.LRU | (rules.freshIsActive ? 0 : PageFlag.ACTIVE);

/** Puts the fresh page in the cache, whose bit is set, and fills it. */
function* readIn(env: MmEnv, low: number, high: number, fresh: Pfn): KernelThread<Pfn> {
  yield* lockPage(env, fresh);
  env.map.flags[fresh] |= flagsFromSwap(env);
  if (stopsHere(env.sync)) yield* stopAt(env.sync, addingPoint(env, slotPoint(env, fresh)));
  enterSwapCache(env, entryOfPte(low, high), fresh);
  lruCacheAdd(env, fresh);
  yield* stopAtPage(env, fresh);
  env.map.flags[fresh] |= PageFlag.UPTODATE;
  unlockPage(env, fresh);
  return fresh;
}

/**
 * Another thread is between setting HAS_CACHE and inserting the page, or between removing the page
 * and clearing the bit.
 */
function* waitForInsertion(env: MmEnv, low: number, high: number): KernelThread<void> {
  const entry = entryOfPte(low, high);
  const { swapMap } = env.swap.areas[entryType(entry)];
  const settled: SchedulePoint = {
    kind: PointKind.WAIT,
    object: env.map, // what follows looks the page up
    of: { kind: "slot", owner: `${entryOffset(entry)}`, field: "swap cache" },
    label: `swap cache of slot ${entryOffset(entry)}`,
    ready: () =>
      (swapMap[entryOffset(entry)] & SwapMap.HAS_CACHE) === 0 ||
      cachedPageOf(env.swap, entry) !== undefined,
  };
  yield* waitUntilReady(env.sync, settled);
}
