/**
 * Large folios that an advised range has only a part of are split first, unless others map them too
 * (L22/3). What of them was never written to may go with that.
 */
import { type Pfn, PMD_SIZE } from "@forkpath/abi";
import { isPtePresent, NO_CELL, pfnAt, pteLow, ptePfn } from "@forkpath/page-table";
import {
  HPAGE_PMD_NR,
  isPageLarge,
  type LargeFolio,
  largeFolioOf,
  vmaAddress,
} from "@forkpath/rmap";
import { usersOfFolio } from "@forkpath/rmap/internal";
import type { KernelThread } from "@forkpath/sync";
import { isHugePageShared } from "../huge/folio-owner.ts";
import { hugePagesWithin } from "../huge/range.ts";
import { splitHugePage } from "../huge/split.ts";
import { findHugePmd, hugePmdPfn } from "../machine/huge-pmd.ts";
import { nextPteSpan } from "../machine/pte-walk.ts";
import type { MmEnv, Vma } from "../types.ts";

/** First frames of folios that the advice leaves alone. */
type FoliosLeft = ReadonlySet<number>;

/**
 * Requires mmap_sem held.
 * @returns those of the folios in the range that others map too, and that are not in it as a whole
 * @kernel the folio_test_large branches of madvise_free_pte_range and
 *   madvise_cold_or_pageout_pte_range in mm/madvise.c
 */
export function* splitPartialFolios(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<FoliosLeft> {
  const left = new Set<number>();
  for (const [folio, page] of partialFolios(env, vma, start, end)) {
    if (!isPageLarge(env.map, page)) continue;
    if (!isHugePageShared(env, vma.mm, page)) yield* splitHugePage(env, page);
    else if (env.rules.huge.asksForFolio) left.add(folio.head);
  }
  return left;
}

/**
 * Does the entry lead to one of them?
 * @modelOnly the kernel asks at each entry
 */
export function isLeft({ map }: MmEnv, left: FoliosLeft, low: number, high: number): boolean {
  if (left.size === 0 || !isPtePresent(low)) return false;
  const page = ptePfn(low, high);
  return isPageLarge(map, page) && left.has(largeFolioOf(map, page).head);
}

/** By the page of each that the range came to first. */
function partialFolios(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): ReadonlyMap<LargeFolio, Pfn> {
  const { map, tables } = env;
  const found = new Map<LargeFolio, Pfn>();
  if (map.folios.size === 0) return found;
  const take = (page: Pfn): void => {
    if (!isPageLarge(map, page)) return;
    const folio = largeFolioOf(map, page);
    const first = vmaAddress(vma, map.index[folio.head]);
    const isWithin = first >= start && first + PMD_SIZE <= end;
    const isWhole = isWithin && (!env.rules.huge.asksForFolio || isMappedWhole(env, folio));
    if (!(isWhole || found.has(folio))) found.set(folio, page);
  };
  for (const addr of hugePagesWithin(env, vma.mm, start, end)) {
    const pmd = findHugePmd(env, vma.mm, addr);
    if (pmd !== NO_CELL) take(hugePmdPfn(env, pmd));
  }
  for (let at = start; at < end; ) {
    const span = nextPteSpan(env, vma.mm.pgd, at, end);
    if (span === null) break;
    for (let { cell } = span; cell < span.endCell; cell++) {
      const low = pteLow(tables, cell);
      if (isPtePresent(low)) take(pfnAt(tables, cell));
    }
    at = span.end;
  }
  return found;
}

const isMappedWhole = ({ map }: MmEnv, folio: LargeFolio): boolean =>
  usersOfFolio(map, folio).mappings === HPAGE_PMD_NR;
