/**
 * Taking a page off its LRU list, for reclaim or migration, and putting it back.
 *
 * Whoever isolates a page holds a reference to it, and nobody else can isolate it meanwhile.
 */
import type { Pfn } from "@forkpath/abi";
import { getPageUnlessZero, PageFlag } from "@forkpath/rmap";
import type { MmEnv } from "../types.ts";
import { dropPage } from "./state.ts";

/**
 * @returns false when the page is free, or on no list: somebody else has it, or it is a driver's
 * @kernel isolate_lru_page in mm/vmscan.c
 */
export function isolateLruPage({ map }: MmEnv, pfn: Pfn): boolean {
  if ((map.flags[pfn] & PageFlag.LRU) === 0 || !getPageUnlessZero(map, pfn)) return false;
  map.flags[pfn] &= ~PageFlag.LRU;
  return true;
}

/**
 * Puts the page back, on the unevictable list if a locked vma maps it, and drops the reference.
 * @kernel putback_lru_page in mm/vmscan.c
 */
export function putbackLruPage(env: MmEnv, pfn: Pfn): void {
  const { flags } = env.map;
  flags[pfn] |= PageFlag.LRU;
  if (flags[pfn] & PageFlag.MLOCKED) {
    flags[pfn] = (flags[pfn] | PageFlag.UNEVICTABLE) & ~PageFlag.ACTIVE;
  }
  dropPage(env, pfn);
}
