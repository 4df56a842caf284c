/**
 * Splitting a large folio into ordinary pages, wherever it is mapped (L20/5, M24/6): all pmds that
 * map it are cut, and each frame goes its own way.
 *
 *    frame                           becomes
 *    mapped or held                  a page of its own
 *    nobody's, left by copies        free
 *    mapped, and never written to    the zero page in its place, where the release looks
 *
 * An entry becomes one of migration meanwhile, so that the peak is noted; a pmd becomes them at
 * once (recorded on 6.18.44).
 *
 * The entries keep the dirty bit of the pmd: they come back from migration entries, which have one.
 */
import { type Pfn, pfn as toPfn, VmFlag, virtAddr } from "@forkpath/abi";
import { updateHiwaterRss } from "@forkpath/counters";
import {
  findPteCell,
  isPtePresent,
  isPteSpecial,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  pfnAt,
  pteLow,
  pteMkspecial,
  setPte,
} from "@forkpath/page-table";
import {
  type AnonVma,
  HPAGE_PMD_NR,
  type LargeFolio,
  largeFolioOf,
  PageFlag,
  pageAnonVma,
  pageRemoveRmap,
  splitLargeFolio,
  vmaAddress,
} from "@forkpath/rmap";
import { holding, type KernelThread } from "@forkpath/sync";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv, Vma } from "../types.ts";
import { cutHugePmd } from "./cut.ts";
import { hasEntryOf } from "./folio-owner.ts";
import { addAnonRss } from "./page.ts";

/**
 * Splits the folio that `pfn` is a part of.
 * @param dropsZeroes whether what was never written to becomes zero pages; by default as the
 *   release does it
 * @returns false when nobody maps it, so that there is no owner to be asked
 * @kernel split_folio in mm/huge_memory.c
 * @deviates References that no entry accounts for do not prevent it.
 */
export function* splitFolio(
  env: MmEnv,
  pfn: Pfn,
  dropsZeroes: boolean = env.rules.huge.dropsZeroes,
): KernelThread<boolean> {
  const folio = largeFolioOf(env.map, pfn);
  const anonVma = pageAnonVma(env.map, env.anonVmas, folio.head);
  if (anonVma === undefined) return false;
  folio.live++; // whatever its frames lose meanwhile, it stays
  const split = splitMapped(env, folio, anonVma, dropsZeroes);
  yield* holding(env.sync, anonVma.root.lock, "split_folio", split);
  return true;
}

/** Requires the anon_vma's lock. */
function* splitMapped(
  env: MmEnv,
  folio: LargeFolio,
  anonVma: AnonVma,
  dropsZeroes: boolean,
): KernelThread<void> {
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    const vma = chain.vma as Vma;
    const addr = vmaAddress(vma, env.map.index[folio.head]);
    const pmd = addr < 0 ? NO_CELL : findHugePmd(env, vma.mm, addr);
    const isPmd = pmd !== NO_CELL && hugePmdPfn(env, pmd) === folio.head;
    if (isPmd) yield* cutHugePmd(env, vma.mm, pmd, true);
    else if (hasEntryOf(env, vma, folio)) yield* updateHiwaterRss(env.sync, vma.mm.counters);
  }
  if (dropsZeroes) yield* dropZeroes(env, folio, anonVma);
  splitLargeFolio(env.map, folio);
}

/** @kernel try_to_map_unused_to_zeropage in mm/migrate.c */
function* dropZeroes(env: MmEnv, { head }: LargeFolio, anonVma: AnonVma): KernelThread<void> {
  const { map } = env;
  for (let page: number = head; page < head + HPAGE_PMD_NR; page++) {
    const isFilled = (map.flags[page] & PageFlag.FILLED) !== 0;
    if (isFilled || map.mapcount[page] === 0 || map.count[page] !== map.mapcount[page]) continue;
    for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
      const vma = chain.vma as Vma;
      if (vma.flags & VmFlag.LOCKED) continue;
      const addr = vmaAddress(vma, map.index[page]);
      if (addr >= 0) yield* mapZeroPage(env, vma, addr, toPfn(page));
    }
  }
}

/** Puts the zero page where `vma` maps `page` at `addr`, if it does. */
function* mapZeroPage(env: MmEnv, vma: Vma, addr: number, page: Pfn): KernelThread<void> {
  const { sync, tables } = env;
  const cell = findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return;
  const low = pteLow(tables, cell);
  const isMapped = isPtePresent(low) && !isPteSpecial(low) && pfnAt(tables, cell) === page;
  if (!isMapped) return;
  const replace = replaceByZero(env, vma, cell, page);
  yield* holding(sync, ptlOfCell(env, vma.mm, cell), "try_to_map_unused_to_zeropage", replace);
  dropPage(env, page);
}

function* replaceByZero(env: MmEnv, vma: Vma, cell: number, page: Pfn): KernelThread<void> {
  const { tables, map } = env;
  yield* stopAtMemory(env);
  const zero = pteMkspecial(mkPteLow(map.zeroPfn, vma.pageProtLow));
  setPte(tables, cell, zero, mkPteHigh(map.zeroPfn, vma.pageProtHigh));
  pageRemoveRmap(map, page);
  yield* addAnonRss(env, vma.mm, -1);
}
