/** Dirty and accessed marks of a page, as unmap and reclaim set them, and its release (SPEC §4.9). */
import type { Pfn } from "@forkpath/abi";
import { PageFlag, putPage } from "@forkpath/rmap";
import { EventClass, emit } from "@forkpath/sync";
import type { MmEnv } from "./env.ts";

/** @kernel set_page_dirty in mm/page-writeback.c */
export function setPageDirty(env: MmEnv, pfn: Pfn): void {
  env.map.flags[pfn] |= PageFlag.DIRTY;
  if (env.sync.traced & EventClass.PAGE) emit(env.sync, { kind: "page", what: "dirtied", pfn });
}

/**
 * First use marks the page referenced, the second makes it active.
 * @kernel mark_page_accessed in mm/swap.c
 */
export function markPageAccessed(env: MmEnv, pfn: Pfn): void {
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
