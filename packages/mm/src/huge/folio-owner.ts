/** Whether one address space has a large folio to itself (L15/4). */
import { type Pfn, virtAddr } from "@forkpath/abi";
import { findPteCell, isPtePresent, NO_CELL, pteHigh, pteLow, ptePfn } from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  type LargeFolio,
  largeFolioOf,
  pageAnonVma,
  vmaAddress,
} from "@forkpath/rmap";
import { usersOfFolio } from "@forkpath/rmap/internal";
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

function entriesOf(env: MmEnv, mm: MmStruct, { head }: LargeFolio): number {
  const anonVma = pageAnonVma(env.map, env.anonVmas, head);
  if (anonVma === undefined) return 0;
  let entries = 0;
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    const vma = chain.vma as Vma;
    if (vma.mm !== mm) continue;
    for (let pfn: number = head; pfn < head + HPAGE_PMD_NR; pfn++) {
      if (isMappedAt(env, vma, pfn)) entries++;
    }
  }
  return entries;
}

function isMappedAt({ tables, map }: MmEnv, vma: Vma, pfn: number): boolean {
  const addr = vmaAddress(vma, map.index[pfn]);
  const cell = addr < 0 ? NO_CELL : findPteCell(tables, vma.mm.pgd, virtAddr(addr));
  if (cell === NO_CELL) return false;
  const low = pteLow(tables, cell);
  return isPtePresent(low) && ptePfn(low, pteHigh(tables, cell)) === pfn;
}
