/**
 * The page lock: a flag of the page that whoever reads it in, unmaps or migrates it holds.
 *
 * It has no owner: one thread may lock a page and another one unlock it, as when a read completes.
 */
import type { Pfn } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import { type KernelThread, PointKind, type SchedulePoint } from "@forkpath/sync";
import type { MmEnv } from "./env.ts";

/** @kernel PageLocked in include/linux/page-flags.h */
export const isPageLocked = ({ map }: MmEnv, pfn: Pfn): boolean =>
  (map.flags[pfn] & PageFlag.LOCKED) !== 0;

/** @kernel trylock_page in include/linux/pagemap.h */
export function trylockPage(env: MmEnv, pfn: Pfn): boolean {
  if (isPageLocked(env, pfn)) return false;
  env.map.flags[pfn] |= PageFlag.LOCKED;
  return true;
}

/** @kernel lock_page in include/linux/pagemap.h */
export function* lockPage(env: MmEnv, pfn: Pfn): KernelThread<void> {
  if (env.sync.interleaved) yield pageLockPoint(env, pfn);
  while (!trylockPage(env, pfn)) yield pageLockPoint(env, pfn);
}

/** @kernel unlock_page in mm/filemap.c */
export function unlockPage(env: MmEnv, pfn: Pfn): void {
  env.map.flags[pfn] &= ~PageFlag.LOCKED;
}

/** @kernel wait_on_page_locked in include/linux/pagemap.h */
export function* waitOnPageLocked(env: MmEnv, pfn: Pfn): KernelThread<void> {
  while (isPageLocked(env, pfn)) yield pageLockPoint(env, pfn);
}

const pageLockPoint = (env: MmEnv, pfn: Pfn): SchedulePoint => ({
  kind: PointKind.WAIT,
  object: env.map,
  label: `page ${pfn}`,
  ready: () => !isPageLocked(env, pfn),
});
