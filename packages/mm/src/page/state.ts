/** Marks that unmap, reclaim and mlock put on a page, and its release (SPEC §4.9, §8.4). */
import type { Pfn } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { PageFlag, putPage } from "@forkpath/rmap";
import type { MmEnv } from "../types.ts";

/** @kernel set_page_dirty in mm/page-writeback.c */
export function setPageDirty(env: MmEnv, pfn: Pfn): void {
  env.map.flags[pfn] |= PageFlag.DIRTY;
  if (env.sync.traced & EventClass.PAGE) emit(env.sync, { kind: "page", what: "dirtied", pfn });
}

/**
 * First use marks the page referenced, the second makes it active, at once.
 * @kernel mark_page_accessed in mm/swap.c
 */
export function markAccessed(env: MmEnv, pfn: Pfn): void {
  const { flags } = env.map;
  const isSecondUse =
    (flags[pfn] & (PageFlag.ACTIVE | PageFlag.REFERENCED)) === PageFlag.REFERENCED;
  flags[pfn] = isSecondUse
    ? (flags[pfn] | PageFlag.ACTIVE) & ~PageFlag.REFERENCED
    : flags[pfn] | PageFlag.REFERENCED;
  if (env.sync.traced & EventClass.PAGE) emit(env.sync, { kind: "page", what: "accessed", pfn });
}

/**
 * Drops one reference, and says so when it was the last.
 * @kernel put_page in mm/swap.c
 */
export function dropPage(env: MmEnv, pfn: Pfn): void {
  if (putPage(env.map, pfn) && env.sync.traced & EventClass.PAGE) {
    emit(env.sync, { kind: "page", what: "freed", pfn });
  }
}

/**
 * Marks a page that a locked vma maps; on an LRU list, it moves to the unevictable one.
 * @kernel mlock_vma_page in mm/mlock.c
 */
export function mlockVmaPage({ map }: MmEnv, pfn: Pfn): void {
  const flags = map.flags[pfn] | PageFlag.MLOCKED;
  const isListed = (flags & PageFlag.LRU) !== 0;
  map.flags[pfn] = isListed ? (flags | PageFlag.UNEVICTABLE) & ~PageFlag.ACTIVE : flags;
}
