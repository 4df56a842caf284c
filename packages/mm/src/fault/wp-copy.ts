/**
 * Copy-on-write: the second half of a write fault that may not write in place (SPEC §9.6).
 *
 *      old page (pinned)      the vma's entry           new page
 *    mapcount n, count m  ──▶ old, read-only
 *                             none (flushed)            mapcount 1, count 1
 *                             new, dirty, RW     ──▶
 *    mapcount n−1, count m−1
 *
 * The old page loses its mapping only after the new entry stands: a thread that looks at its
 * mapcount in between still finds it shared.
 *
 * Locks are taken in halves here: a program takes this path once for each page after a fork.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import { getPage, isPageAnon, NO_PFN, pageRemoveRmap } from "@forkpath/rmap";
import {
  goesOver,
  type KernelThread,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import {
  allocAnonPage,
  clearPageMlock,
  FOR_ANON_PAGE,
  FOR_FILE_PAGE,
  type FreshCounts,
  installFreshPage,
  ONE_MORE,
} from "../area/new-anon-page.ts";
import { type FaultSite, isSameEntry } from "../machine/fault-site.ts";
import { entryPoint, pagesPoint, releasePoint } from "../machine/memory-point.ts";
import { allocPageNow } from "../page/alloc.ts";
import { dropPage } from "../page/state.ts";
import { freeSwapCache } from "../page/swap-cache.ts";
import { type MmEnv, VmFault } from "../types.ts";

const WHERE = "do_wp_page";

/**
 * Gives the vma a page of its own in place of `old`; NO_PFN when the entry maps no counted page.
 *
 * Requires the table's lock, and lets it go.
 * @param counts what the copy stands for; by default for what is written to `old`
 * @returns WRITE; OOM; or 0 when the entry changed meanwhile
 * @kernel do_wp_page in mm/memory.c, from its label gotten on
 * @deviates A page's contents are not modelled, so neither is the fault that copying can take.
 */
export function* wpCopyPage(
  env: MmEnv,
  site: FaultSite,
  old: Pfn,
  counts: FreshCounts = countsInPlaceOf(env, old),
): KernelThread<number> {
  const { sync } = env;
  const { vma, ptl } = site;
  const hasOld = old !== NO_PFN;
  if (hasOld) getPage(env.map, old);
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);

  const isQuick = !sync.interleaved && vma.anonVma !== null;
  const page = isQuick ? allocPageNow(env) : yield* allocAnonPage(env, vma);
  if (page === NO_PFN) {
    if (hasOld) dropPage(env, old);
    return VmFault.OOM;
  }
  if (hasOld && vma.flags & VmFlag.LOCKED) {
    if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, old));
    clearPageMlock(env, old);
  }

  if (!spinLockNow(sync, ptl, WHERE)) yield* spinLock(sync, ptl, WHERE);
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, vma.mm, site.addr, old));
  const isSame = isSameEntry(env, site);
  if (isSame) {
    yield* installFreshPage(env, site, page, counts);
    if (hasOld) {
      if (stopsHere(sync)) yield* stopAt(sync, pagesPoint(env, old));
      pageRemoveRmap(env.map, old);
    }
  }
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);
  if (!isSame) dropPage(env, page);
  if (hasOld) {
    if (stopsHere(sync)) yield* stopAt(sync, releasePoint(env, [old]));
    // A copy was made although nobody else may map the old page: then nothing needs its slot.
    if (isSame && !env.rules.reuse.waitsForLock) freeSwapCache(env, old);
    if (isSame) dropPage(env, old); // what the entry held
    dropPage(env, old); // the pin
  }
  return isSame ? VmFault.WRITE : 0;
}

function countsInPlaceOf({ map }: MmEnv, old: Pfn): FreshCounts {
  if (old === NO_PFN) return ONE_MORE;
  return isPageAnon(map, old) ? FOR_ANON_PAGE : FOR_FILE_PAGE;
}
