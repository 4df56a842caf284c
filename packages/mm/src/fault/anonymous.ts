/**
 * A fault on an empty entry of anonymous memory (SPEC §9.4).
 *
 *    read     the zero page, marked special: no reference, no counter, no anon_vma
 *    write    a fresh page, dirty and writable; the counter is raised before the entry is visible
 *
 * The lowest page of a stack is a guard: to touch it makes the stack one page longer, so that a
 * mapping below it is never reached unnoticed.
 *
 * Locks are taken in halves here: a fault is over in less time than two generators take.
 */
import { PAGE_SIZE, VmFlag } from "@forkpath/abi";
import { mkPteHigh, mkPteLow, pteMkspecial, setPte } from "@forkpath/page-table";
import { NO_PFN } from "@forkpath/rmap";
import {
  goesOver,
  type KernelThread,
  spinLock,
  spinLockNow,
  spinUnlockNow,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { expandStack } from "../area/expand-stack.ts";
import { findVmaPrev } from "../area/list.ts";
import { allocAnonPage, installFreshPage, ONE_FRESH } from "../area/new-anon-page.ts";
import { stopAtArea } from "../machine/areas-point.ts";
import { type FaultSite, isSameEntry } from "../machine/fault-site.ts";
import { entryPoint } from "../machine/memory-point.ts";
import { allocPageNow } from "../page/alloc.ts";
import { dropPage } from "../page/state.ts";
import { type MmEnv, VmFault } from "../types.ts";

const WHERE = "do_anonymous_page";

/**
 * Maps the zero page, or a fresh page for a write.
 * @returns 0; OOM; SIGBUS at a stack that has reached another mapping
 * @kernel do_anonymous_page in mm/memory.c
 */
export function doAnonymousPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const isStack = (site.vma.flags & VmFlag.GROWSDOWN) !== 0;
  const hasGuard = isStack && env.rules.stackGuard.ownPages > 0;
  return hasGuard ? mapStackPage(env, site) : mapPage(env, site);
}

function* mapStackPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { vma, addr } = site;
  yield* stopAtArea(env, vma);
  if (addr !== vma.start) return yield* mapPage(env, site);
  const isFree = yield* checkStackGuardPage(env, site);
  return isFree ? yield* mapPage(env, site) : VmFault.SIGBUS;
}

const mapPage = (env: MmEnv, site: FaultSite): KernelThread<number> =>
  site.isWrite ? mapFreshPage(env, site) : mapZeroPage(env, site);

function* mapFreshPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync } = env;
  const { vma, ptl } = site;
  const isQuick = !sync.interleaved && vma.anonVma !== null;
  const page = isQuick ? allocPageNow(env) : yield* allocAnonPage(env, vma);
  if (page === NO_PFN) return VmFault.OOM;
  if (!spinLockNow(sync, ptl, WHERE)) yield* spinLock(sync, ptl, WHERE);
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, vma.mm, site.addr));
  const isSame = isSameEntry(env, site);
  if (isSame) yield* installFreshPage(env, site, page, ONE_FRESH);
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);
  if (!isSame) dropPage(env, page);
  return 0;
}

function* mapZeroPage(env: MmEnv, site: FaultSite): KernelThread<number> {
  const { sync, tables } = env;
  const { vma, ptl } = site;
  const zeroPage = env.map.zeroPfn;
  if (!spinLockNow(sync, ptl, WHERE)) yield* spinLock(sync, ptl, WHERE);
  if (stopsHere(sync)) yield* stopAt(sync, entryPoint(env, vma.mm, site.addr));
  if (isSameEntry(env, site)) {
    const low = pteMkspecial(mkPteLow(zeroPage, vma.pageProtLow));
    setPte(tables, site.cell, low, mkPteHigh(zeroPage, vma.pageProtHigh));
  }
  if (sync.interleaved && !goesOver(sync.passing, ptl.unlockPoint)) yield ptl.unlockPoint;
  spinUnlockNow(sync, ptl, WHERE);
  return 0;
}

/**
 * Makes the stack one page longer; that this may fail is ignored. Two stacks may touch, since one
 * that was split is two areas.
 * @returns false when another kind of mapping lies right below
 * @kernel check_stack_guard_page in mm/memory.c
 */
function* checkStackGuardPage(env: MmEnv, { vma, limits }: FaultSite): KernelThread<boolean> {
  const below = findVmaPrev(vma.mm, vma.start);
  if (below?.end === vma.start) return (below.flags & VmFlag.GROWSDOWN) !== 0;
  yield* expandStack(env, vma, vma.start - PAGE_SIZE, limits);
  return true;
}
