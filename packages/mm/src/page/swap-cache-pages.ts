/**
 * What the swap package may ask of pages: struct page, seen through its small interface.
 *
 * The entry of a swap-cache page, the kernel's page->private, is kept in `env.swapEntryOf`: a page
 * is in the swap cache exactly while it has an entry there and its SWAPCACHE flag is set.
 */
import type { Pfn, SwpEntry } from "@forkpath/abi";
import { getPage, isPageKsm, PageFlag, pageMapcount } from "@forkpath/rmap";
import { NO_ENTRY, type SwapCachePages } from "@forkpath/swap";
import type { MmEnv } from "../types.ts";
import { trylockPage, unlockPage } from "./lock.ts";
import { dropPage, setPageDirty } from "./state.ts";

class EnvSwapCachePages implements SwapCachePages {
  private readonly env: MmEnv;

  constructor(env: MmEnv) {
    this.env = env;
  }

  get(page: Pfn): void {
    getPage(this.env.map, page);
  }

  put(page: Pfn): void {
    dropPage(this.env, page);
  }

  tryLock(page: Pfn): boolean {
    return trylockPage(this.env, page);
  }

  unlock(page: Pfn): void {
    unlockPage(this.env, page);
  }

  isKsm(page: Pfn): boolean {
    return isPageKsm(this.env.map, page);
  }

  isSwapCache(page: Pfn): boolean {
    return (this.env.map.flags[page] & PageFlag.SWAPCACHE) !== 0;
  }

  isWriteback(page: Pfn): boolean {
    return (this.env.map.flags[page] & PageFlag.WRITEBACK) !== 0;
  }

  mapcount(page: Pfn): number {
    return pageMapcount(this.env.map, page);
  }

  swapEntry(page: Pfn): SwpEntry {
    return this.env.swapEntryOf.get(page) ?? NO_ENTRY;
  }

  setDirty(page: Pfn): void {
    setPageDirty(this.env, page);
  }

  leaveSwapCache(page: Pfn): void {
    this.env.map.flags[page] &= ~PageFlag.SWAPCACHE;
    this.env.swapEntryOf.delete(page);
    dropPage(this.env, page);
  }
}

/**
 * The machine's pages, as the swap package sees them: one object, made at its first use.
 * @modelOnly the kernel calls the functions of struct page directly
 */
export function swapCachePages(env: MmEnv): SwapCachePages {
  env.swapCachePages ??= new EnvSwapCachePages(env);
  return env.swapCachePages;
}
