/**
 * A page's identity moves to another frame: owner, index, flags, and its place in a cache.
 */
import type { Pfn } from "@forkpath/abi";
import { getPage, isPageAnon, PageFlag } from "@forkpath/rmap";
import type { MmEnv } from "../types.ts";
import { pageFile } from "./page-cache.ts";
import { dropPage } from "./state.ts";
import { isPageSwapCache, swapEntryOfPage } from "./swap-cache.ts";

/** What is true of the contents, wherever they are. */
const MOVED_FLAGS =
  PageFlag.REFERENCED |
  PageFlag.UPTODATE |
  PageFlag.DIRTY |
  PageFlag.ACTIVE |
  PageFlag.UNEVICTABLE |
  PageFlag.MLOCKED |
  PageFlag.SWAPBACKED;

/**
 * Makes the fresh frame `to` the page that `from` was, unless somebody but its cache and the
 * caller holds `from`. Both keep the caller's reference.
 * @returns false when nothing was moved
 * @kernel migrate_page_move_mapping and migrate_page_copy in mm/migrate.c
 */
export function movePageMapping(env: MmEnv, from: Pfn, to: Pfn): boolean {
  const { map } = env;
  const file = pageFile(env, from);
  const isSwapCache = isPageSwapCache(env, from);
  const expected = file !== undefined || isSwapCache ? 2 : 1;
  if (map.count[from] !== expected) return false;
  map.mapping[to] = map.mapping[from];
  map.index[to] = map.index[from];
  map.flags[to] |= map.flags[from] & MOVED_FLAGS;
  if (file !== undefined) {
    file.pages.set(map.index[from], to);
    moveCacheReference(env, from, to);
  } else if (isSwapCache) {
    moveInSwapCache(env, from, to);
  }
  // An anonymous page stays one: a fork counts the entries that wait for it by its old frame.
  if (!isPageAnon(map, to)) map.mapping[from] = 0;
  return true;
}

function moveInSwapCache(env: MmEnv, from: Pfn, to: Pfn): void {
  const { map, swap, swapEntryOf } = env;
  const entry = swapEntryOfPage(env, from);
  swap.cache.set(entry, to);
  swapEntryOf.delete(from);
  swapEntryOf.set(to, entry);
  map.flags[from] &= ~PageFlag.SWAPCACHE;
  map.flags[to] |= PageFlag.SWAPCACHE;
  moveCacheReference(env, from, to);
}

function moveCacheReference(env: MmEnv, from: Pfn, to: Pfn): void {
  getPage(env.map, to);
  dropPage(env, from);
}
