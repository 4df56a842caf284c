/**
 * The page lock: a flag of the page that whoever reads it in, unmaps or migrates it holds.
 *
 * It has no owner: one thread may lock a page and another one unlock it, as when a read completes.
 */
import type { Pfn } from "@forkpath/abi";
import { PageFlag } from "@forkpath/rmap";
import {
  type KernelThread,
  PointKind,
  type SchedulePoint,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { releaseFaultLock } from "../machine/area-lock.ts";
import { pageSubject } from "../machine/memory-point.ts";
import { stopAtPage } from "../machine/memory-stop.ts";
import type { MmEnv, MmStruct } from "../types.ts";
import { holdingPage } from "./in-flight.ts";

/** @kernel PageLocked in include/linux/page-flags.h */
export const isPageLocked = ({ map }: MmEnv, pfn: Pfn): boolean =>
  (map.flags[pfn] & PageFlag.LOCKED) !== 0;

/** @kernel trylock_page in include/linux/pagemap.h */
export function trylockPage(env: MmEnv, pfn: Pfn): boolean {
  if (isPageLocked(env, pfn)) return false;
  env.map.flags[pfn] |= PageFlag.LOCKED;
  return true;
}

/**
 * Requires a reference to the page, which may have to be waited for. @kernel lock_page in
 * include/linux/pagemap.h
 */
export function* lockPage(env: MmEnv, pfn: Pfn): KernelThread<void> {
  if (stopsHere(env.sync)) yield* stopAt(env.sync, pageLockPoint(env, pfn));
  if (!trylockPage(env, pfn)) yield* holdingPage(env, pfn, waitForLock(env, pfn));
}

function* waitForLock(env: MmEnv, pfn: Pfn): KernelThread<void> {
  do yield pageLockPoint(env, pfn);
  while (!trylockPage(env, pfn));
}

/** @kernel unlock_page in mm/filemap.c */
export function unlockPage(env: MmEnv, pfn: Pfn): void {
  env.map.flags[pfn] &= ~PageFlag.LOCKED;
}

/** Requires a reference to the page. @kernel wait_on_page_locked in include/linux/pagemap.h */
export function* waitOnPageLocked(env: MmEnv, pfn: Pfn): KernelThread<void> {
  if (stopsHere(env.sync)) yield* stopAt(env.sync, pageLockPoint(env, pfn));
  if (isPageLocked(env, pfn)) yield* holdingPage(env, pfn, waitForUnlock(env, pfn));
}

function* waitForUnlock(env: MmEnv, pfn: Pfn): KernelThread<void> {
  do yield pageLockPoint(env, pfn);
  while (isPageLocked(env, pfn));
}

/**
 * Locks the page, or lets the fault's lock (mmap_sem, or that of the area) go to wait for it: a
 * writer of the address space need not wait for this page too. Waits under it unless `allowRetry`.
 * @returns true with the page locked; false with neither the page locked nor the fault's lock held
 * @kernel lock_page_or_retry in include/linux/pagemap.h
 */
export function* lockPageOrRetry(
  env: MmEnv,
  mm: MmStruct,
  pfn: Pfn,
  allowRetry: boolean,
): KernelThread<boolean> {
  yield* stopAtPage(env, pfn);
  if (trylockPage(env, pfn)) return true;
  if (!allowRetry) {
    yield* lockPage(env, pfn);
    return true;
  }
  yield* releaseFaultLock(env, mm, "lock_page_or_retry");
  yield* waitOnPageLocked(env, pfn);
  return false;
}

const pageLockPoint = (env: MmEnv, pfn: Pfn): SchedulePoint => ({
  kind: PointKind.WAIT,
  object: env.map,
  parts: [pfn],
  of: pageSubject(pfn),
  label: `page ${pfn}`,
  ready: () => !isPageLocked(env, pfn),
});
