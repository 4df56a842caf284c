/**
 * What maps or holds a huge page does so to all of it (SPEC §2.13/2, L12/9).
 *
 *              compound page, as el6 has it    large folio
 *    mapped    the head                        each frame
 *    held      the head                        each frame
 *    mark      of the head                     of each frame
 */
import { type Pfn, pfn as toPfn } from "@forkpath/abi";
import {
  allocLargeFolio,
  getPage,
  HPAGE_PMD_NR,
  isPageLarge,
  largeFolioOf,
  NO_PFN,
  PageFlag,
  pageDupRmap,
  pageMapcount,
  pageRemoveRmap,
} from "@forkpath/rmap";
import { countedFrames } from "@forkpath/rmap/internal";
import { dropPage } from "../page/state.ts";
import { MMF_HAS_PINNED, type MmEnv, type MmStruct } from "../types.ts";

/** One reference less. @kernel put_page of the page that a pmd maps */
export function dropHugePage(env: MmEnv, head: Pfn): void {
  for (let at: number = head, end = head + countedFrames(env.map, head); at < end; at++)
    dropPage(env, toPfn(at));
}

/** One more pmd maps it, and nobody has it alone. @kernel folio_try_dup_anon_rmap_pmd */
export function dupHugeRmap(env: MmEnv, head: Pfn): void {
  const { map, rules } = env;
  for (let at: number = head, end = head + countedFrames(map, head); at < end; at++) {
    getPage(map, at);
    pageDupRmap(map, at);
    map.flags[at] &= ~rules.exclusiveFlag;
  }
}

/** One pmd less maps it; its reference stays. @kernel folio_remove_rmap_pmd */
export function removeHugeRmap(env: MmEnv, head: Pfn): void {
  for (let at: number = head, end = head + countedFrames(env.map, head); at < end; at++)
    pageRemoveRmap(env.map, at);
}

/**
 * Marks it as its owner's alone, where kernels mark that.
 * @kernel SetPageAnonExclusive in include/linux/page-flags.h
 */
export function markHugeExclusive(env: MmEnv, head: Pfn): void {
  const { map, rules } = env;
  for (let at: number = head, end = head + countedFrames(map, head); at < end; at++) {
    map.flags[at] |= rules.exclusiveFlag;
  }
}

/**
 * Has the pmd that maps it the page alone? A compound page is asked for pmds, so that a pin does
 * not count (D13, a pin of a page that fork shares); a large folio for the mark, or references.
 * @kernel do_huge_pmd_wp_page in mm/huge_memory.c
 */
export function isHugePageOurs({ map, rules }: MmEnv, head: Pfn): boolean {
  if (!isPageLarge(map, head)) return pageMapcount(map, head) === 1;
  if ((map.flags[head] & rules.exclusiveFlag) !== 0) return true;
  for (let at: number = head; at < head + HPAGE_PMD_NR; at++) {
    if (map.count[at] !== 1) return false;
  }
  return true;
}

/**
 * Must fork leave the huge page alone, since direct I/O may hold a part of it (L10/7)?
 * @kernel folio_try_dup_anon_rmap_pmd in include/linux/rmap.h
 */
export function isHugePagePinned({ map, rules }: MmEnv, src: MmStruct, head: Pfn): boolean {
  if (!isPageLarge(map, head) || (src.flags & MMF_HAS_PINNED) === 0) return false;
  return (map.flags[head] & rules.exclusiveFlag) !== 0 && largeFolioOf(map, head).pins > 0;
}

/**
 * First frame of the huge page of zeroes, which the first read makes; NO_PFN without memory.
 * @kernel mm_get_huge_zero_folio in mm/huge_memory.c
 * @deviates Stays for good: its users are not counted, and no shrinker frees it.
 */
export function hugeZeroPage({ map }: MmEnv): Pfn {
  if (map.hugeZeroPfn !== NO_PFN) return map.hugeZeroPfn;
  const head = allocLargeFolio(map);
  if (head === NO_PFN) return NO_PFN;
  map.folios.delete(head);
  map.flags.fill(PageFlag.RESERVED, head, head + HPAGE_PMD_NR);
  map.hugeZeroPfn = head;
  return head;
}
