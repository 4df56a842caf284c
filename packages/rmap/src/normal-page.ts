/**
 * Does an entry map a page that the kernel counts? (SPEC §4.6)
 *
 *    special   frame                  vma               answer
 *    no        has a struct page      any               NORMAL
 *    no        has none               any               BAD
 *    yes       any                    PFNMAP, MIXEDMAP  NULL
 *    yes       the zero page          other             NULL
 *    yes       another                other             BAD
 *
 * Without the bit the zero page is an ordinary page: the bit decides, not the frame.
 */
import { Pte, VmFlag } from "@forkpath/abi";
import type { MemMap } from "./mem-map.ts";

/** NULL: no page is behind the entry. BAD: none, and the kernel reports a bad page map. */
export const NormalPage = {
  /** A page that is counted. */
  NORMAL: 0,
  /** No page is behind the entry. */
  NULL: 1,
  /** No page is behind it, and the kernel reports a bad page map. */
  BAD: 2,
} as const;
export type NormalPage = (typeof NormalPage)[keyof typeof NormalPage];

/**
 * Judges a present entry by its low word and its frame. Reporting is left to the caller.
 * @kernel vm_normal_page in mm/memory.c
 */
export function vmNormalPage(map: MemMap, vmFlags: number, low: number, pfn: number): NormalPage {
  if ((low & Pte.SPECIAL) === 0) {
    return pfn <= map.highestMemmapPfn ? NormalPage.NORMAL : NormalPage.BAD;
  }
  if ((vmFlags & (VmFlag.PFNMAP | VmFlag.MIXEDMAP)) !== 0) return NormalPage.NULL;
  return pfn === map.zeroPfn ? NormalPage.NULL : NormalPage.BAD;
}
