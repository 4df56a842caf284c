/**
 * Pages on their way to an LRU list: each CPU gathers a batch, and moves it when it is full
 * (L14/7).
 *
 *    fresh page          count 2: its entry's, and the batch's      no LRU flag
 *    batch is full       count 1                                    LRU
 *
 * A page that waits in another CPU's batch looks as if somebody else held it (N1). Kernels whose
 * rules ask for no references have no batches here: their pages are on their lists at once.
 */
import type { Pfn } from "@forkpath/abi";
import { getPage, isPageHuge, isPageLarge, largeFolioOf, PageFlag } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { stopToDrain, stopToDrainAll } from "../machine/batch-point.ts";
import type { LruBatches, MmEnv } from "../types.ts";
import { dropPage, markAccessed } from "./state.ts";

/** @modelOnly the per-CPU variable cpu_fbatches, as it is at boot */
export function createLruBatches(size: number, nrCpus: number): LruBatches | null {
  if (size === 0) return null;
  const empty = (): Pfn[][] => Array.from({ length: nrCpus }, () => []);
  return { size, add: empty(), lazyfree: empty(), activate: empty() };
}

/**
 * A fresh page is to go to its list: in this CPU's batch first; a huge page at once.
 * @kernel folio_add_lru in mm/swap.c
 */
export function lruCacheAdd(env: MmEnv, pfn: Pfn): void {
  if (env.lru === null || isPageHuge(env.map, pfn)) return;
  env.map.flags[pfn] &= ~PageFlag.LRU;
  gather(env, env.lru, env.lru.add[env.sync.current.cpu], pfn);
}

/**
 * A page that MADV_FREE has cleaned loses the swap behind it once its batch is moved.
 * @kernel folio_mark_lazyfree in mm/swap.c
 */
export function lruLazyfree(env: MmEnv, pfn: Pfn): void {
  if (env.lru === null) makeLazyfree(env, pfn);
  else if (mayBeLazyfree(env, pfn)) {
    gather(env, env.lru, env.lru.lazyfree[env.sync.current.cpu], pfn);
  }
}

function gather(env: MmEnv, { size }: LruBatches, batch: Pfn[], pfn: Pfn): void {
  getPage(env.map, pfn);
  batch.push(pfn);
  if (batch.length >= size) lruAddDrain(env);
}

/**
 * Moves the batches of this CPU.
 * @kernel lru_add_drain in mm/swap.c
 */
export function lruAddDrain(env: MmEnv): void {
  if (env.lru !== null) drainCpu(env, env.lru, env.sync.current.cpu);
}

/**
 * Moves the batches of all CPUs.
 * @kernel lru_add_drain_all in mm/swap.c
 */
export function lruAddDrainAll(env: MmEnv): void {
  if (env.lru === null) return;
  for (let cpu = 0; cpu < env.lru.add.length; cpu++) drainCpu(env, env.lru, cpu);
}

/**
 * `lruAddDrain`, where others may run before it.
 * @kernel lru_add_drain in mm/swap.c
 */
export function* lruAddDrainSteps(env: MmEnv): KernelThread<void> {
  yield* stopToDrain(env);
  lruAddDrain(env);
}

/**
 * `lruAddDrainAll`, where others may run before it.
 * @kernel lru_add_drain_all in mm/swap.c
 */
export function* lruAddDrainAllSteps(env: MmEnv): KernelThread<void> {
  yield* stopToDrainAll(env);
  lruAddDrainAll(env);
}

function drainCpu(env: MmEnv, lru: LruBatches, cpu: number): void {
  const { flags } = env.map;
  for (const pfn of lru.add[cpu]) {
    flags[pfn] |= PageFlag.LRU;
    if (flags[pfn] & PageFlag.MLOCKED) {
      flags[pfn] = (flags[pfn] | PageFlag.UNEVICTABLE) & ~PageFlag.ACTIVE;
    }
    dropPage(env, pfn);
  }
  lru.add[cpu].length = 0;
  for (const pfn of lru.lazyfree[cpu]) {
    makeLazyfree(env, pfn);
    dropPage(env, pfn);
  }
  lru.lazyfree[cpu].length = 0;
  for (const pfn of lru.activate[cpu]) {
    if ((flags[pfn] & (PageFlag.LRU | PageFlag.UNEVICTABLE)) === PageFlag.LRU) {
      flags[pfn] |= PageFlag.ACTIVE;
    }
    dropPage(env, pfn);
  }
  lru.activate[cpu].length = 0;
}

/**
 * The second use of a page makes it active, once its batch is moved; in the batch of fresh pages,
 * at once.
 * @kernel folio_mark_accessed in mm/swap.c
 */
export function markPageAccessed(env: MmEnv, used: Pfn): void {
  const { flags } = env.map;
  const isLarge = isPageLarge(env.map, used);
  const pfn = isLarge ? largeFolioOf(env.map, used).head : used;
  const { ACTIVE, REFERENCED, UNEVICTABLE, LRU } = PageFlag;
  const isSecondUse = (flags[pfn] & (ACTIVE | REFERENCED)) === REFERENCED;
  if (!isSecondUse || env.lru === null) {
    markAccessed(env, pfn);
  } else if ((flags[pfn] & UNEVICTABLE) === 0) {
    flags[pfn] &= ~REFERENCED;
    if (flags[pfn] & LRU && !isLarge)
      gather(env, env.lru, env.lru.activate[env.sync.current.cpu], pfn);
    else flags[pfn] |= ACTIVE;
  }
}

/** Is it on a list, has swap behind it, and no slot? */
const mayBeLazyfree = ({ map }: MmEnv, pfn: Pfn): boolean => {
  const { LRU, SWAPBACKED, SWAPCACHE, UNEVICTABLE } = PageFlag;
  return (map.flags[pfn] & (LRU | SWAPBACKED | SWAPCACHE | UNEVICTABLE)) === (LRU | SWAPBACKED);
};

/** @kernel lru_lazyfree in mm/swap.c */
function makeLazyfree(env: MmEnv, pfn: Pfn): void {
  if (!mayBeLazyfree(env, pfn)) return;
  env.map.flags[pfn] &= ~(PageFlag.SWAPBACKED | PageFlag.ACTIVE | PageFlag.REFERENCED);
}

/**
 * Every page that waits in a batch, once for each reference that the batch has.
 * @modelOnly a recount
 */
export function batchedPages({ lru }: MmEnv): readonly Pfn[] {
  return lru === null ? [] : [...lru.add, ...lru.lazyfree, ...lru.activate].flat();
}
