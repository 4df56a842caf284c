/**
 * Pins: references of direct I/O, which must not lose its page (L12/7).
 *
 *    page          before 5.6    since
 *    small         1             1024, so that fork can tell pins from other references
 *    part of huge  1             1, and its part remembers it
 */
import type { Pfn } from "@forkpath/abi";
import { isPageHuge, isPageLarge, largeFolioOf } from "@forkpath/rmap";
import { MMF_HAS_PINNED, type MmEnv, type MmStruct } from "../types.ts";
import { dropPage } from "./state.ts";

/**
 * References that one pin of the page is.
 * @kernel try_grab_page in mm/gup.c
 */
export const refsOfPin = ({ map, rules }: MmEnv, pfn: number): number =>
  isPageHuge(map, pfn) ? 1 : rules.pinBias;

/**
 * Makes a pin of a reference that the caller has to a page of `mm`.
 * @kernel try_grab_page in mm/gup.c, with FOLL_PIN
 */
export function makePin(env: MmEnv, mm: MmStruct, pfn: number): void {
  if (env.rules.pinBias > 1) mm.flags |= MMF_HAS_PINNED;
  env.map.count[pfn] += refsOfPin(env, pfn) - 1;
  if (isPageLarge(env.map, pfn)) largeFolioOf(env.map, pfn).pins++;
}

/**
 * Gives a pin back.
 * @kernel unpin_user_page in mm/gup.c
 */
export function unpinPage(env: MmEnv, pfn: Pfn): void {
  env.map.count[pfn] -= refsOfPin(env, pfn) - 1;
  if (isPageLarge(env.map, pfn)) largeFolioOf(env.map, pfn).pins--;
  dropPage(env, pfn);
}

/**
 * Is the page its owner's alone, and may direct I/O hold it? Then it stays where it is.
 * @kernel folio_try_share_anon_rmap_pte in include/linux/rmap.h
 */
export const isExclusivelyPinned = ({ map, rules }: MmEnv, pfn: number): boolean =>
  (map.flags[pfn] & rules.exclusiveFlag) !== 0 && map.count[pfn] >= rules.pinBias;
