/**
 * Writing a page to its slot, and waiting for that (SPEC §3.6/3).
 *
 * The page is unlocked while it is written: a fault may map it again meanwhile, and finds it under
 * writeback.
 */
import type { Pfn } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import { type KernelThread, PointKind, type SchedulePoint, waitUntilReady } from "@forkpath/sync";
import { stopAtPage } from "../machine/memory-stop.ts";
import type { MmEnv } from "../types.ts";
import { unlockPage } from "./lock.ts";
import { tryToFreeSwap } from "./swap-cache.ts";

/** @kernel PageWriteback in include/linux/page-flags.h */
export const isPageWriteback = ({ map }: MmEnv, pfn: Pfn): boolean =>
  (map.flags[pfn] & PageFlag.WRITEBACK) !== 0;

/**
 * Cleans a locked swap-cache page and unlocks it. If no entry names its slot, there is nothing to
 * write: the page leaves the cache instead.
 * @kernel clear_page_dirty_for_io in mm/page-writeback.c, swap_writepage in mm/page_io.c
 * @deviates The write is over when this returns; it never fails.
 */
export function* swapWritepage(env: MmEnv, pfn: Pfn): KernelThread<void> {
  const { map } = env;
  map.flags[pfn] &= ~PageFlag.DIRTY;
  if (tryToFreeSwap(env, pfn)) {
    unlockPage(env, pfn);
    return;
  }
  map.flags[pfn] |= PageFlag.WRITEBACK;
  unlockPage(env, pfn);
  yield* stopAtPage(env, pfn);
  map.flags[pfn] &= ~PageFlag.WRITEBACK;
}

/** @kernel wait_on_page_writeback in include/linux/pagemap.h */
export const waitOnPageWriteback = (env: MmEnv, pfn: Pfn): KernelThread<void> =>
  waitUntilReady(env.sync, writebackPoint(env, pfn));

const writebackPoint = (env: MmEnv, pfn: Pfn): SchedulePoint => ({
  kind: PointKind.WAIT,
  object: env.map,
  parts: [],
  reads: [pfn],
  of: { kind: "writeback", owner: `${pfn}`, field: "writeback" },
  label: `writeback of page ${pfn}`,
  ready: () => !isPageWriteback(env, pfn),
});
