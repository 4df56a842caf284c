/** Whether one address space has a large folio to itself (L15/4). */
import { type Pfn, virtAddr } from "@forkpath/abi";
import { findPteCell, isPtePresent, NO_CELL, pfnAt, pteLow } from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  type LargeFolio,
  largeFolioOf,
  pageAnonVma,
  pageMapcount,
  vmaAddress,
} from "@forkpath/rmap";
import { usersOfFolio } from "@forkpath/rmap/internal";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";

/**
 * Does only `mm` map frames of the folio, and do its entries account for all references? A folio of
 * which a single entry is left is copied.
 * @kernel __wp_can_reuse_large_anon_folio in mm/memory.c
 * @deviates Linux keeps two counts, by address space, in the folio; here its entries are looked
 *   for.
 */
export function isFolioOurs(env: MmEnv, mm: MmStruct, pfn: Pfn): boolean {
  const folio = largeFolioOf(env.map, pfn);
  const { mappings, references } = usersOfFolio(env.map, folio);
  return mappings > 1 && mappings === references && entriesOf(env, mm, folio) === mappings;
}

/** Do others than `mm` map frames of the folio, too? */
function isFolioShared(env: MmEnv, mm: MmStruct, folio: LargeFolio): boolean {
  return entriesOf(env, mm, folio) !== usersOfFolio(env.map, folio).mappings;
}

/**
 * The same of a page of a huge page that `mm` maps, as the release asks: of its folio, or of the
 * page alone.
 * @kernel folio_maybe_mapped_shared in include/linux/mm.h, and page_mapcount before
 */
export function isHugePageShared(env: MmEnv, mm: MmStruct, pfn: Pfn): boolean {
  return env.rules.huge.asksForFolio
    ? isFolioShared(env, mm, largeFolioOf(env.map, pfn))
    : pageMapcount(env.map, pfn) !== 1;
}

/** Of a pmd that maps it, as many as it has frames. */
function entriesOf(env: MmEnv, mm: MmStruct, { head }: LargeFolio): number {
  const anonVma = pageAnonVma(env.map, env.anonVmas, head);
  if (anonVma === undefined) return 0;
  let entries = 0;
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    const vma = chain.vma as Vma;
    if (vma.mm !== mm) continue;
    const start = vmaAddress(vma, env.map.index[head]);
    const pmd = start < 0 ? NO_CELL : findHugePmd(env, mm, start);
    if (pmd !== NO_CELL && hugePmdPfn(env, pmd) === head) return entries + HPAGE_PMD_NR;
    for (let pfn: number = head; pfn < head + HPAGE_PMD_NR; pfn++) {
      if (isMappedAt(env, vma, pfn)) entries++;
    }
  }
  return entries;
}

/**
 * Does an entry of the area map a frame of the folio?
 * @modelOnly the kernel walks from the folio to its entries
 */
export function hasEntryOf(env: MmEnv, vma: Vma, { head }: LargeFolio): boolean {
  for (let pfn: number = head; pfn < head + HPAGE_PMD_NR; pfn++) {
    if (isMappedAt(env, vma, pfn)) return true;
  }
  return false;
}

function isMappedAt({ tables, map }: MmEnv, vma: Vma, pfn: number): boolean {
  const addr = vmaAddress(vma, map.index[pfn]);
  const cell = addr < 0 ? NO_CELL : findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return false;
  const low = pteLow(tables, cell);
  return isPtePresent(low) && pfnAt(tables, cell) === pfn;
}
