/**
 * Clears one entry, whatever it is (SPEC §8.4): the table below is the whole of unmap.
 *
 *   entry                   with details      without
 *   present, normal page    only if it fits   cleared; anon or file −1, page into the gather
 *   present, no page        cleared           cleared
 *   file (nonlinear)        kept              cleared; reported unless the vma is nonlinear
 *   swap                    kept              cleared; swap −1, slot count −1
 *   hwpoison                kept              cleared; swap −1 (D4)
 *   migration               kept              cleared; no counter (D3)
 *   marker                  kept              cleared, unless the area stays
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import {
  clearPte,
  isPteDirty,
  isPteFile,
  isPtePresent,
  isPteYoung,
  pteHigh,
  pteLow,
  ptePfn,
  setFilePte,
} from "@forkpath/page-table";
import {
  isPageAnon,
  linearPageIndex,
  MappingTag,
  makeMapping,
  NormalPage,
  pageMapcount,
  pageRemoveRmap,
  vmNormalPage,
} from "@forkpath/rmap";
import { freeSwapAndCache, isPteMarker } from "@forkpath/swap";
import { reportBadPte } from "../machine/bad-pte.ts";
import { countEntry } from "../machine/batch.ts";
import { countedAs } from "../machine/counter-of.ts";
import { markPageAccessed } from "../page/lru-batch.ts";
import { tlbRemovePage } from "../page/mmu-gather.ts";
import { setPageDirty } from "../page/state.ts";
import { swapCachePages } from "../page/swap-cache-pages.ts";
import type { MmEnv } from "../types.ts";
import type { ZapDetails, ZapRun } from "./run.ts";

/**
 * Zaps the entry at the run's position, or keeps it as `details` say.
 * @kernel zap_pte_range in mm/memory.c: one turn of its loop
 */
export function zapOnePte(env: MmEnv, run: ZapRun): void {
  const { cell, addr } = run;
  const low = pteLow(env.tables, cell);
  if (isPtePresent(low)) {
    zapPresentPte(env, run, cell, addr);
  } else if (run.details === null && !(run.keepsGuards && isPteMarker(low))) {
    zapNonpresentPte(env, run, cell, addr);
  }
}

function zapPresentPte(env: MmEnv, run: ZapRun, cell: number, addr: number): void {
  const { tables, map } = env;
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  const pfn = ptePfn(low, high);
  const page = vmNormalPage(map, run.vma.flags, low, pfn);
  if (page === NormalPage.BAD) reportBadPte(env, addr, low, high);
  if (page !== NormalPage.NORMAL) {
    clearPte(tables, cell);
    return;
  }
  const { details } = run;
  if (details !== null && !isWanted(env, details, pfn)) return;
  clearPte(tables, cell);
  if (details?.nonlinearVma && map.index[pfn] !== linearPageIndex(run.vma, addr)) {
    setFilePte(tables, cell, map.index[pfn]);
  }
  if (isPageAnon(map, pfn)) {
    run.anon--;
  } else {
    if (isPteDirty(low)) setPageDirty(env, pfn);
    if (isPteYoung(low) && (run.vma.flags & VmFlag.SEQ_READ) === 0) markPageAccessed(env, pfn);
    run.file--;
  }
  pageRemoveRmap(map, pfn);
  if (pageMapcount(map, pfn) < 0) reportBadPte(env, addr, low, high);
  tlbRemovePage(env, run.gather, pfn);
}

function zapNonpresentPte(env: MmEnv, run: ZapRun, cell: number, addr: number): void {
  const low = pteLow(env.tables, cell);
  const high = pteHigh(env.tables, cell);
  if (isPteFile(low)) {
    if ((run.vma.flags & VmFlag.NONLINEAR) === 0) reportBadPte(env, addr, low, high);
  } else {
    countEntry(run, countedAs(env, run.vma, low, high), -1);
    if (!freeSwapAndCache(env.sync, env.swap, low, high, swapCachePages(env))) {
      reportBadPte(env, addr, low, high);
    }
  }
  clearPte(env.tables, cell);
}

function isWanted(env: MmEnv, details: ZapDetails, pfn: Pfn): boolean {
  const { mapping, index } = env.map;
  if (
    details.checkMapping !== null &&
    mapping[pfn] !== makeMapping(details.checkMapping.id, MappingTag.FILE)
  )
    return false;
  if (details.nonlinearVma === null) return true;
  return index[pfn] >= details.firstIndex && index[pfn] <= details.lastIndex;
}
