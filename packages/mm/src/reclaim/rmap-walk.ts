/**
 * From a page to the entries that map it (SPEC §4.7/1, §4.7/2).
 *
 *    anon page    its anon_vma's vmas, parents before children    under the root's lock
 *    file page    the file's linear mappings, oldest first        under i_mmap_lock
 *
 * Each vma is asked at the one address that the page's index stands for. The entry there may be
 * anything: the walk is over vmas, and the visitor looks under the table's lock.
 *
 * That lock is taken in halves here: reclaim comes by once for each entry.
 */
import { type Pfn, virtAddr } from "@forkpath/abi";
import { findPteCell, isPtePresent, NO_CELL, pteHigh, pteLow, ptePfn } from "@forkpath/page-table";
import {
  type AnonVma,
  type AnonVmaChain,
  isPageAnon,
  pageAnonVma,
  pageMapped,
  vmaAddress,
} from "@forkpath/rmap";
import {
  bugUnless,
  holding,
  type KernelThread,
  spinLock,
  spinLockNow,
  spinUnlock,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { unmapTerms } from "../machine/hold-terms.ts";
import { entryPoint, withFlags } from "../machine/memory-point.ts";
import { stopToLook } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { pageFile } from "../page/page-cache.ts";
import type { MappedFile, MmEnv, MmStruct, Vma } from "../types.ts";

/** What became of a mapping, and what a walk answers. @kernel SWAP_* in include/linux/rmap.h */
export const SwapResult = {
  SUCCESS: 0,
  /** Nothing to do here, or done: the walk goes on. */
  AGAIN: 1,
  /** The page is in use. */
  FAIL: 2,
  /** A locked vma maps the page. */
  MLOCK: 3,
} as const;
export type SwapResult = (typeof SwapResult)[keyof typeof SwapResult];

/** Looks at the entry of `vma` at `addr`; any answer but AGAIN ends the walk. */
export type RmapVisit = (vma: Vma, addr: number) => KernelThread<SwapResult>;

/**
 * Visits every vma that may map the page at its linear place. The page is locked, so that its
 * owner cannot change.
 * @param where kernel function that lock reports name
 * @returns the answer that ended the walk, else AGAIN
 * @throws KernelBug for a mapped page whose anon_vma was freed
 * @kernel rmap_walk in mm/rmap.c
 * @deviates Finds nobody for a KSM page: its tag is known, its stable tree is not.
 */
export function* rmapWalk(
  env: MmEnv,
  pfn: Pfn,
  where: string,
  visit: RmapVisit,
): KernelThread<SwapResult> {
  if (!isPageAnon(env.map, pfn)) {
    const file = pageFile(env, pfn);
    if (file === undefined) return SwapResult.AGAIN;
    const walk = rmapWalkFile(env, pfn, file, visit);
    return yield* holding(env.sync, file.iMmapLock, where, walk);
  }
  const anonVma = pageAnonVma(env.map, env.anonVmas, pfn);
  if (anonVma === undefined) {
    // A mapped page keeps its anon_vma alive, or the walk goes through freed memory (D45).
    bugUnless(!pageMapped(env.map, pfn), "mapped-page-of-freed-anon-vma", `page ${pfn}`);
    return SwapResult.AGAIN;
  }
  const walk = rmapWalkAnon(env, pfn, anonVma, visit);
  return yield* holding(env.sync, anonVma.root.lock, where, walk);
}

/** @kernel rmap_walk_anon in mm/rmap.c */
function* rmapWalkAnon(
  env: MmEnv,
  pfn: Pfn,
  anonVma: AnonVma,
  visit: RmapVisit,
): KernelThread<SwapResult> {
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    const result = yield* visitAt(env, pfn, vmaOf(chain), visit);
    if (result !== SwapResult.AGAIN) return result;
  }
  return SwapResult.AGAIN;
}

/** @kernel rmap_walk_file in mm/rmap.c */
function* rmapWalkFile(
  env: MmEnv,
  pfn: Pfn,
  file: MappedFile,
  visit: RmapVisit,
): KernelThread<SwapResult> {
  for (const vma of file.iMmap) {
    const result = yield* visitAt(env, pfn, vma, visit);
    if (result !== SwapResult.AGAIN) return result;
  }
  return SwapResult.AGAIN;
}

function* visitAt(env: MmEnv, pfn: Pfn, vma: Vma, visit: RmapVisit): KernelThread<SwapResult> {
  const addr = vmaAddress(vma, env.map.index[pfn]);
  return addr < 0 ? SwapResult.AGAIN : yield* visit(vma, addr);
}

/**
 * Finds the entry of `mm` at `addr` if it maps the page, and leaves its table locked.
 * @returns the cell, with the lock held; NO_CELL without it
 * @kernel page_check_address in mm/rmap.c
 */
export function* pageCheckAddress(
  env: MmEnv,
  pfn: Pfn,
  mm: MmStruct,
  addr: number,
  where: string,
): KernelThread<number> {
  yield* stopToLook(env, mm, addr);
  const cell = findPteCell(env.tables, mm.pgd, virtAddr(addr));
  // The first look is cheap and proves nothing: the entry can change until its table is locked.
  if (cell === NO_CELL || !isPtePresent(pteLow(env.tables, cell))) return NO_CELL;
  const ptl = ptlOfCell(env, mm, cell);
  const terms = env.sync.interleaved ? unmapTerms(env, mm, addr, pfn) : null;
  if (!spinLockNow(env.sync, ptl, where, 0, terms)) yield* spinLock(env.sync, ptl, where, 0, terms);
  if (stopsHere(env.sync)) yield* stopAt(env.sync, withFlags(mm, entryPoint(env, mm, addr)));
  const low = pteLow(env.tables, cell);
  if (isPtePresent(low) && ptePfn(low, pteHigh(env.tables, cell)) === pfn) return cell;
  yield* spinUnlock(env.sync, ptl, where);
  return NO_CELL;
}

/** Every vma that mm links into the graph is a `Vma`; rmap knows only the part it needs. */
const vmaOf = (chain: AnonVmaChain): Vma => chain.vma as Vma;
