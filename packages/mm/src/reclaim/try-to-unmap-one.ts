/**
 * Takes one entry away from a page (SPEC §4.7): for reclaim, migration or poison.
 *
 *    page                    entry becomes          counted as
 *    hwpoisoned              hwpoison entry         anon or file −1
 *    anon, lazyfree          none; or stays, if     anon −1
 *                            written to or held
 *    anon, in swap cache     swap entry             anon −1, swap +1, slot +1
 *    anon, not in it         migration entry        nothing (D3)
 *    file, migrating         migration entry        nothing (D3)
 *    file                    none                   file −1
 *
 * The first row that fits decides: in el6, a swap-cache page gets swap entries even when it
 * migrates.
 */
import { type Pfn, VmFlag } from "@forkpath/abi";
import {
  addMmCounterNow,
  decMmCounter,
  incMmCounter,
  MmCounter,
  updateHiwaterRss,
} from "@forkpath/counters";
import {
  clearPte,
  isPteDirty,
  isPteWrite,
  isPteYoung,
  NO_CELL,
  pteHigh,
  pteLow,
  setPte,
  testAndClearYoung,
} from "@forkpath/page-table";
import { isPageAnon, PageFlag, pageRemoveRmap } from "@forkpath/rmap";
import {
  entryPteHigh,
  entryPteLow,
  isOnMmlist,
  makeMigrationHigh,
  makeMigrationLow,
  mmlistAddAfter,
  SwpType,
  swapDuplicate,
  swpMkexclusive,
  swpPteHigh,
  swpPteLow,
} from "@forkpath/swap";
import {
  downReadTrylock,
  invariant,
  type KernelThread,
  spinUnlockNow,
  stopAt,
  stopsHere,
  upRead,
} from "@forkpath/sync";
import { fileCounterOf } from "../machine/counter-of.ts";
import { pagesPoint, unmapPoint, withFlags } from "../machine/memory-point.ts";
import { stopAtEntry, stopAtPage } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { pageFile } from "../page/page-cache.ts";
import { isExclusivelyPinned } from "../page/pin.ts";
import { dropPage, mlockVmaPage, setPageDirty } from "../page/state.ts";
import { isPageSwapCache, swapEntryOfPage } from "../page/swap-cache.ts";
import type { MmEnv, MmStruct, Vma } from "../types.ts";
import { pageCheckAddress, SwapResult } from "./rmap-walk.ts";

/** What the entries are taken away for. @kernel enum ttu_flags in include/linux/rmap.h */
export const TtuAction = { UNMAP: 0, MIGRATION: 1, MUNLOCK: 2 } as const;
export type TtuAction = (typeof TtuAction)[keyof typeof TtuAction];

export interface TtuFlags {
  readonly action: TtuAction;
  /** Unmap from locked vmas too. */
  readonly ignoreMlock: boolean;
  /** Unmap although the page was used a moment ago. */
  readonly ignoreAccess: boolean;
  /** Treat a poisoned page like any other. */
  readonly ignoreHwpoison: boolean;
  /** A page that its file has to be told of stays in the cache. */
  readonly keepsDirtyFiles?: boolean;
}

/** An entry found, with its table locked. */
interface FoundEntry {
  readonly mm: MmStruct;
  /** In bytes: what it maps. */
  readonly addr: number;
  readonly cell: number;
  readonly low: number;
  readonly high: number;
}

const WHERE = "try_to_unmap_one";

/**
 * Takes the entry of `vma` at `addr` away, if it maps the locked page and nothing speaks against
 * it.
 * @returns AGAIN when the entry is gone or was another one; FAIL; or MLOCK
 * @throws InvariantError for an anonymous page without a slot that does not migrate
 * @kernel try_to_unmap_one in mm/rmap.c
 */
export function* tryToUnmapOne(
  env: MmEnv,
  pfn: Pfn,
  vma: Vma,
  addr: number,
  flags: TtuFlags,
): KernelThread<SwapResult> {
  const cell = yield* pageCheckAddress(env, pfn, vma.mm, addr, WHERE);
  if (cell === NO_CELL) return SwapResult.AGAIN;
  const result = yield* unmapEntry(env, pfn, vma, addr, cell, flags);
  const ptl = ptlOfCell(env, vma.mm, cell);
  yield* stopAt(env.sync, ptl.unlockPoint);
  spinUnlockNow(env.sync, ptl, WHERE);
  return result === SwapResult.MLOCK ? yield* mlockInstead(env, pfn, vma) : result;
}

/** All that happens under the table's lock. */
function* unmapEntry(
  env: MmEnv,
  pfn: Pfn,
  vma: Vma,
  addr: number,
  cell: number,
  flags: TtuFlags,
): KernelThread<SwapResult> {
  const { sync, tables, map } = env;
  const { mm } = vma;
  if (!flags.ignoreMlock && vma.flags & VmFlag.LOCKED) return SwapResult.MLOCK;
  if (!flags.ignoreMlock && flags.action === TtuAction.MUNLOCK) return SwapResult.AGAIN;
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  if (!flags.ignoreAccess && testAndClearYoung(tables, cell)) return SwapResult.FAIL;
  yield* stopAtEntry(env, mm, addr, pfn);
  clearPte(tables, cell);
  if (isPteDirty(low)) setPageDirty(env, pfn);
  yield* updateHiwaterRss(sync, mm.counters);
  if (!(yield* replaceEntry(env, pfn, { mm, addr, cell, low, high }, flags)))
    return SwapResult.FAIL;
  yield* stopAtPage(env, pfn);
  pageRemoveRmap(map, pfn);
  dropPage(env, pfn);
  return SwapResult.AGAIN;
}

/** The table at the top of the file. @returns false when the old entry had to be put back */
function* replaceEntry(
  env: MmEnv,
  pfn: Pfn,
  found: FoundEntry,
  flags: TtuFlags,
): KernelThread<boolean> {
  const { sync, map } = env;
  const { counters } = found.mm;
  if (sync.interleaved) yield* stopAt(sync, unmapPoint(env, found.mm, found.addr, pfn));
  const isAnon = isPageAnon(map, pfn);
  const isMigrating = flags.action === TtuAction.MIGRATION;
  const { leavesSwapCache } = env.rules.migration;
  if (map.flags[pfn] & PageFlag.HWPOISON && !flags.ignoreHwpoison) {
    yield* decMmCounter(
      sync,
      counters,
      isAnon ? MmCounter.ANON_RSS : fileCounterOf(env, pageFile(env, pfn)),
    );
    yield* stopAtEntry(env, found.mm, found.addr);
    setPte(env.tables, found.cell, swpPteLow(SwpType.HWPOISON, pfn), swpPteHigh(pfn));
  } else if (isAnon && !isMigrating && (map.flags[pfn] & PageFlag.SWAPBACKED) === 0) {
    return yield* discardLazyfree(env, pfn, found);
  } else if (isAnon && isPageSwapCache(env, pfn) && !(isMigrating && !leavesSwapCache)) {
    return yield* swapOutEntry(env, pfn, found);
  } else if (isMigrating && isExclusivelyPinned(env, pfn)) {
    setPte(env.tables, found.cell, found.low, found.high);
    return false;
  } else if (isAnon || isMigrating) {
    invariant(isMigrating, "anon-page-without-slot", `${WHERE} of page ${pfn}`);
    yield* storeMigration(env, found, pfn);
  } else {
    yield* decMmCounter(sync, counters, fileCounterOf(env, pageFile(env, pfn)));
  }
  return true;
}

/** A page that was written to since, or is held by somebody, has swap behind it again. */
function* discardLazyfree(env: MmEnv, pfn: Pfn, found: FoundEntry): KernelThread<boolean> {
  const { sync, map } = env;
  const isDirty = (map.flags[pfn] & PageFlag.DIRTY) !== 0;
  if (isDirty || map.count[pfn] !== 1 + map.mapcount[pfn]) {
    setPte(env.tables, found.cell, found.low, found.high);
    if (isDirty) map.flags[pfn] |= PageFlag.SWAPBACKED;
    return false;
  }
  yield* decMmCounter(sync, found.mm.counters, MmCounter.ANON_RSS);
  return true;
}

function* swapOutEntry(env: MmEnv, pfn: Pfn, found: FoundEntry): KernelThread<boolean> {
  const { sync, tables, swap } = env;
  const { mm, cell, low, high } = found;
  const entry = swapEntryOfPage(env, pfn);
  const swapLow = entryPteLow(entry);
  const swapHigh = entryPteHigh(entry);
  if (isExclusivelyPinned(env, pfn) || swapDuplicate(sync, swap, swapLow, swapHigh) !== 0) {
    setPte(tables, cell, low, high);
    return false;
  }
  if (!isOnMmlist(mm.mmlist)) {
    mmlistAddAfter(sync, swap, mm.mmlist, swap.initMm, "try_to_unmap_one");
  }
  const { counters } = mm;
  if (!addMmCounterNow(sync, counters, MmCounter.ANON_RSS, -1)) {
    yield* decMmCounter(sync, counters, MmCounter.ANON_RSS);
  }
  if (!addMmCounterNow(sync, counters, MmCounter.SWAP_USAGE, 1)) {
    yield* incMmCounter(sync, counters, MmCounter.SWAP_USAGE);
  }
  yield* stopAtEntry(env, mm, found.addr);
  setPte(tables, cell, takeExclusive(env, pfn) ? swpMkexclusive(swapLow) : swapLow, swapHigh);
  return true;
}

/** The entry remembers of its page what the rules of the kernel let it. */
function* storeMigration(env: MmEnv, found: FoundEntry, pfn: Pfn): KernelThread<void> {
  const { low, cell } = found;
  yield* stopAtEntry(env, found.mm, found.addr);
  const { keepsAge } = env.rules.migration;
  const facts = {
    isWrite: isPteWrite(low),
    isExclusive: takeExclusive(env, pfn),
    isYoung: keepsAge && isPteYoung(low),
    isDirty: keepsAge && isPteDirty(low),
  };
  setPte(env.tables, cell, makeMigrationLow(pfn, facts), makeMigrationHigh(pfn, facts));
}

/** The page's mark goes to the entry that takes its place. @returns whether it had one */
function takeExclusive({ map, rules }: MmEnv, pfn: Pfn): boolean {
  const isExclusive = (map.flags[pfn] & rules.exclusiveFlag) !== 0;
  map.flags[pfn] &= ~rules.exclusiveFlag;
  return isExclusive;
}

/** The vma is locked: the page leaves the lists that reclaim looks at, if the sem can be had. */
function* mlockInstead(env: MmEnv, pfn: Pfn, vma: Vma): KernelThread<SwapResult> {
  const { mmapSem } = vma.mm;
  yield* stopAt(env.sync, mmapSem.tryReadPoint);
  if (!downReadTrylock(env.sync, mmapSem, WHERE)) return SwapResult.AGAIN;
  if (stopsHere(env.sync)) yield* stopAt(env.sync, withFlags(vma.mm, pagesPoint(env, pfn)));
  const result = vma.flags & VmFlag.LOCKED ? SwapResult.MLOCK : SwapResult.AGAIN;
  if (result === SwapResult.MLOCK) mlockVmaPage(env, pfn);
  yield* upRead(env.sync, mmapSem, WHERE);
  return result;
}
