/**
 * What a driver puts into the page tables of a new area, in its mmap: raw frames that no counter
 * knows, or pages that count as pages of a file (D33).
 *
 *    remapPfnRange   special entries                    PFNMAP
 *    vmInsertMixed   special entries for raw frames     MIXEDMAP
 *    vmInsertPage    a reference, a mapping, file_rss   INSERTPAGE
 *
 * Nothing faults here, so no task's faults count. A driver maps all of its area before anybody can
 * see it: no other thread runs in between.
 */
import { Errno, PAGE_SIZE, type Pfn, pfn as toPfn, virtAddr, withVmFlag } from "@forkpath/abi";
import { addMmCounter } from "@forkpath/counters";
import {
  allocPteCell,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  pteMkspecial,
  setPte,
} from "@forkpath/page-table";
import { getPage, linearPageIndex, NO_PFN, pageAddFileRmap } from "@forkpath/rmap";
import { runToCompletion } from "@forkpath/sync";
import { fileCounterOf } from "../machine/counter-of.ts";
import { allocPageNow } from "../page/alloc.ts";
import { addToPageCache } from "../page/page-cache.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv, Vma } from "../types.ts";

/**
 * Maps the frames from `first` on to all of the area, in order.
 * @returns 0 or -ENOMEM
 * @kernel remap_pfn_range in mm/memory.c
 */
export function remapPfnRange(env: MmEnv, vma: Vma, first: Pfn): number {
  mark(vma, env.rules.driverFlags.frames);
  return insertFrames(env, vma, first);
}

/**
 * The same for an area that may have pages too.
 * @returns 0 or -ENOMEM
 * @kernel vm_insert_mixed in mm/memory.c, on frames without a struct page
 */
export function vmInsertMixed(env: MmEnv, vma: Vma, first: Pfn): number {
  mark(vma, env.rules.driverFlags.mixed);
  return insertFrames(env, vma, first);
}

/**
 * Maps the driver's own pages to all of the area: those of its file, made where they are missing.
 * @returns 0 or -ENOMEM
 * @kernel vm_insert_page in mm/memory.c
 */
export function vmInsertPage(env: MmEnv, vma: Vma): number {
  mark(vma, env.rules.driverFlags.pages);
  for (let addr = vma.start; addr < vma.end; addr = virtAddr(addr + PAGE_SIZE)) {
    const page = driverPage(env, vma, linearPageIndex(vma, addr));
    if (page === NO_PFN || !storeEntry(env, vma, addr, page, false)) return -Errno.ENOMEM;
    getPage(env.map, page);
    pageAddFileRmap(env.map, page);
    const counter = fileCounterOf(env, vma.file);
    runToCompletion(addMmCounter(env.sync, vma.mm.counters, counter, 1));
  }
  return 0;
}

function mark(vma: Vma, flags: readonly number[]): void {
  for (const flag of flags) vma.flags = withVmFlag(vma.flags, flag);
}

function insertFrames(env: MmEnv, vma: Vma, first: Pfn): number {
  let frame: number = first;
  for (let addr = vma.start; addr < vma.end; addr = virtAddr(addr + PAGE_SIZE)) {
    if (!storeEntry(env, vma, addr, toPfn(frame++), true)) return -Errno.ENOMEM;
  }
  return 0;
}

/** @returns false when memory is short */
function storeEntry(env: MmEnv, vma: Vma, addr: number, frame: Pfn, isRaw: boolean): boolean {
  const { sync, tables } = env;
  const cell = runToCompletion(allocPteCell(sync, tables, vma.mm, virtAddr(addr)));
  if (cell === NO_CELL) return false;
  const low = mkPteLow(frame, vma.pageProtLow);
  setPte(tables, cell, isRaw ? pteMkspecial(low) : low, mkPteHigh(frame, vma.pageProtHigh));
  return true;
}

/** Page `pgoff` of the driver's file, or NO_PFN when memory is short. */
function driverPage(env: MmEnv, { file }: Vma, pgoff: number): Pfn {
  const known = file?.pages.get(pgoff);
  if (known !== undefined || file === null) return known ?? NO_PFN;
  const fresh = allocPageNow(env);
  if (fresh === NO_PFN) return NO_PFN;
  addToPageCache(env, file, pgoff, fresh);
  dropPage(env, fresh);
  return fresh;
}
