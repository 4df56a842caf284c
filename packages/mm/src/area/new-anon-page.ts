/** What every fault that ends with a fresh anonymous page does to it (SPEC §4.4, §9.4 to §9.7). */
import { hex, type Pfn, VmFlag } from "@forkpath/abi";
import { addMmCounterFast, addMmCounterFastNow, MmCounter } from "@forkpath/counters";
import {
  clearPte,
  isPtePresent,
  maybeMkwrite,
  mkPteHigh,
  mkPteLow,
  pteMkdirty,
  setPte,
} from "@forkpath/page-table";
import {
  type AnonVma,
  linearPageIndex,
  NO_PFN,
  PageFlag,
  pageAddNewAnonRmap,
} from "@forkpath/rmap";
import { InvariantError, type KernelThread, stopAt, stopsHere } from "@forkpath/sync";
import { addingPoint } from "../machine/batch-point.ts";
import { fileCounterOf } from "../machine/counter-of.ts";
import type { FaultSite } from "../machine/fault-site.ts";
import { entryPoint, pagesPoint } from "../machine/memory-point.ts";
import { allocPage } from "../page/alloc.ts";
import { lruCacheAdd } from "../page/lru-batch.ts";
import type { MmEnv, Vma } from "../types.ts";
import { prepareAnonVma } from "./prepare-anon-vma.ts";

/**
 * The vma's own anon_vma: every path that maps an anonymous page has prepared one.
 * @throws InvariantError when there is none
 * @kernel the BUG_ON of page_set_anon_rmap in mm/rmap.c
 */
export function ownAnonVma(vma: Vma): AnonVma {
  if (vma.anonVma !== null) return vma.anonVma;
  throw new InvariantError(
    "anon-vma-prepared",
    `vma ${hex(vma.start)} of ${vma.mm.name} maps an anonymous page without an anon_vma`,
  );
}

/**
 * A frame for an anonymous page of `vma`, which has an anon_vma from then on; NO_PFN without
 * memory. A hot caller whose vma is prepared calls `allocPageNow`, unless the machine is
 * interleaved.
 * @kernel anon_vma_prepare and alloc_page_vma, as the faults of mm/memory.c call them
 */
export function* allocAnonPage(env: MmEnv, vma: Vma): KernelThread<Pfn> {
  const status = yield* prepareAnonVma(env, vma);
  return status === 0 ? yield* allocPage(env) : NO_PFN;
}

/**
 * Makes a fresh page the vma's: owner, index, first mapping, and the list it is on.
 * @kernel page_add_new_anon_rmap in mm/rmap.c, __SetPageUptodate
 */
export function addNewAnonPage(env: MmEnv, vma: Vma, addr: number, pfn: Pfn): void {
  const { map, rules } = env;
  const isLocked = (vma.flags & VmFlag.LOCKED) !== 0;
  pageAddNewAnonRmap(map, pfn, ownAnonVma(vma), linearPageIndex(vma, addr), !isLocked);
  map.flags[pfn] |= PageFlag.UPTODATE | rules.exclusiveFlag | (isLocked ? PageFlag.MLOCKED : 0);
  if (!rules.freshIsActive) map.flags[pfn] &= ~PageFlag.ACTIVE;
  if (env.lru !== null) lruCacheAdd(env, pfn);
}

/**
 * Stores the entry of a page that is new to its area: dirty and writable if the area is, else
 * neither.
 * @kernel do_anonymous_page in mm/memory.c
 */
function storeFreshPte(env: MmEnv, vma: Vma, cell: number, pfn: Pfn): void {
  if (vma.flags & VmFlag.WRITE) storeWrittenPte(env, vma, cell, pfn);
  else storeCleanPte(env, vma, cell, pfn);
}

const storeCleanPte = ({ tables }: MmEnv, vma: Vma, cell: number, pfn: Pfn): void =>
  setPte(tables, cell, mkPteLow(pfn, vma.pageProtLow), mkPteHigh(pfn, vma.pageProtHigh));

/**
 * Stores the entry of a page that was just written to: dirty, and writable if the vma is. A forced
 * write leaves a dirty entry that is read-only (SPEC §9.6).
 * @kernel maybe_mkwrite of pte_mkdirty of mk_pte, as the faults of mm/memory.c store it
 */
export function storeWrittenPte({ tables }: MmEnv, vma: Vma, cell: number, pfn: Pfn): void {
  const low = pteMkdirty(mkPteLow(pfn, vma.pageProtLow));
  setPte(tables, cell, maybeMkwrite(low, vma.flags), mkPteHigh(pfn, vma.pageProtHigh));
}

/** What a fault that maps a fresh page adds to the counters. Pages. */
export interface FreshCounts {
  readonly file: 0 | -1;
  readonly anon: 0 | 1;
  /** The page is no copy: where the area is not writable, its entry is clean. */
  readonly isFresh?: boolean;
  /** Nobody has written to the copy: its entry is clean and read-only. */
  readonly isUnshared?: boolean;
}
/**
 * The vma has a page of zeroes more; a copy; one in place of a file's page; of another of its own;
 * or of one that it has shared, and only reads.
 */
export const ONE_FRESH: FreshCounts = { file: 0, anon: 1, isFresh: true };
export const ONE_MORE: FreshCounts = { file: 0, anon: 1 };
export const FOR_FILE_PAGE: FreshCounts = { file: -1, anon: 1 };
export const FOR_ANON_PAGE: FreshCounts = { file: 0, anon: 0 };
export const FOR_SHARED_PAGE: FreshCounts = { file: 0, anon: 0, isUnshared: true };

/**
 * Puts `page` in the fault's entry: counted, then the vma's, then visible, each a step of its own.
 * An entry that maps a page is cleared in between, so that nobody writes through it meanwhile.
 *
 * Requires the table's lock, with the entry checked under it.
 * @kernel the steps from inc_mm_counter to set_pte_at that the faults of mm/memory.c share
 */
export function* installFreshPage(
  env: MmEnv,
  { vma, addr, cell, low }: FaultSite,
  page: Pfn,
  { file, anon, isFresh, isUnshared }: FreshCounts,
): KernelThread<void> {
  const { sync } = env;
  const { mm } = vma;
  if (file !== 0) {
    yield* addMmCounterFast(sync, mm.counters, fileCounterOf(env, vma.file), file);
  }
  if (anon !== 0 && !addMmCounterFastNow(sync, mm.counters, MmCounter.ANON_RSS, anon)) {
    yield* addMmCounterFast(sync, mm.counters, MmCounter.ANON_RSS, anon);
  }
  if (isPtePresent(low)) {
    if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, mm, addr));
    clearPte(env.tables, cell);
  }
  if (stopsHere(sync)) yield* stopAt(sync, addingPoint(env, pagesPoint(env, page)));
  addNewAnonPage(env, vma, addr, page);
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, mm, addr));
  if (isUnshared) storeCleanPte(env, vma, cell, page);
  else if (isFresh) storeFreshPte(env, vma, cell, page);
  else storeWrittenPte(env, vma, cell, page);
}

/**
 * A locked vma is about to map a copy: the page it was copied from need not stay in memory for it.
 * @kernel clear_page_mlock in mm/mlock.c
 * @deviates Takes no page lock.
 */
export function clearPageMlock({ map }: MmEnv, pfn: Pfn): void {
  map.flags[pfn] &= ~(PageFlag.MLOCKED | PageFlag.UNEVICTABLE);
}
