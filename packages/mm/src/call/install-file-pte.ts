/**
 * Storing an entry that says which page of the file it stands for, over whatever is there
 * (SPEC §1.5 rows 22 and 23, §2.7).
 *
 *    entry was            counted
 *    none                 nothing
 *    present, a page      file −1, even for an anonymous page (D6); the peak is looked at too late
 *    present, no page     nothing
 *    file                 nothing
 *    swap                 nothing (D6): its slot is given back, swap stays as it was
 *
 * An anonymous page gets into a shared mapping by a forced write (D34).
 */
import { Errno, type Pfn } from "@forkpath/abi";
import { decMmCounter, updateHiwaterRss } from "@forkpath/counters";
import {
  allocPteCell,
  clearPte,
  isPteDirty,
  isPteFile,
  isPteNone,
  isPtePresent,
  NO_CELL,
  pteHigh,
  pteLow,
  ptePfn,
  setFilePte,
} from "@forkpath/page-table";
import { NormalPage, pageRemoveRmap, vmNormalPage } from "@forkpath/rmap";
import { freeSwapAndCache } from "@forkpath/swap";
import { holding, type KernelThread } from "@forkpath/sync";
import { fileCounterOf } from "../machine/counter-of.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { dropPage, setPageDirty } from "../page/state.ts";
import { swapCachePages } from "../page/swap-cache-pages.ts";
import type { MmEnv, Vma } from "../types.ts";

/**
 * Makes the entry of `vma` at `addr` stand for page `pgoff` of the file, of whose offset it keeps
 * 34 bits (D25).
 * @returns 0, or -ENOMEM without a page table
 * @kernel install_file_pte in mm/fremap.c
 */
export function* installFilePte(
  env: MmEnv,
  vma: Vma,
  addr: number,
  pgoff: number,
): KernelThread<number> {
  const { sync, tables } = env;
  const cell = yield* allocPteCell(sync, tables, vma.mm, addr);
  if (cell === NO_CELL) return -Errno.ENOMEM;
  const ptl = ptlOfCell(env, vma.mm, cell);
  return yield* holding(sync, ptl, "install_file_pte", replacePte(env, vma, cell, pgoff));
}

function* replacePte(env: MmEnv, vma: Vma, cell: number, pgoff: number): KernelThread<0> {
  const { tables } = env;
  yield* stopAtMemory(env);
  if (!isPteNone(pteLow(tables, cell), pteHigh(tables, cell))) yield* zapPte(env, vma, cell);
  yield* stopAtMemory(env);
  setFilePte(tables, cell, pgoff);
  return 0;
}

/** @kernel zap_pte in mm/fremap.c */
function* zapPte(env: MmEnv, vma: Vma, cell: number): KernelThread<void> {
  const { sync, tables, map } = env;
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  clearPte(tables, cell);
  if (!isPtePresent(low)) {
    if (!isPteFile(low)) freeSwapAndCache(sync, env.swap, low, high, swapCachePages(env));
    return;
  }
  const page: Pfn = ptePfn(low, high);
  if (vmNormalPage(map, vma.flags, low, page) !== NormalPage.NORMAL) return;
  if (isPteDirty(low)) setPageDirty(env, page);
  pageRemoveRmap(map, page);
  dropPage(env, page);
  yield* updateHiwaterRss(sync, vma.mm.counters);
  yield* decMmCounter(sync, vma.mm.counters, fileCounterOf(env, vma.file));
}
