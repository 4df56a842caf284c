/**
 * Migration entries become pages again (SPEC §4.8), and faults wait until they have.
 *
 *    entry      becomes
 *    M  write   w: writable and old, never dirty, whatever the vma allows
 *    m  read    o: read-only and old
 *
 * No counter moves. An mm that got its entry from fork has never counted the page, and one that
 * lost its entry to unmap has never un-counted it (D3).
 */
import { type Pfn, pfn as toPfn, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isSwapPte,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  pteHigh,
  pteLow,
  pteMkold,
  pteMkwrite,
  setPte,
} from "@forkpath/page-table";
import {
  getPage,
  getPageUnlessZero,
  isPageAnon,
  linearPageIndex,
  pageAddAnonRmap,
  pageAddFileRmap,
} from "@forkpath/rmap";
import { isMigrationEntry, isWriteMigrationEntry, swpOffset } from "@forkpath/swap";
import {
  bugUnless,
  invariant,
  type KernelThread,
  spinLock,
  spinUnlock,
  spinUnlockStep,
} from "@forkpath/sync";
import type { MmEnv } from "../machine/env.ts";
import { entryPoint, lookPoint } from "../machine/memory-point.ts";
import type { MmStruct } from "../machine/mm.ts";
import type { Vma } from "../machine/vma.ts";
import { isPageLocked, waitOnPageLocked } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import { ptlOfCell, rmapWalk, SwapResult } from "./rmap-walk.ts";

/**
 * Puts `page` wherever a migration entry names `old`; the two are the same when migration failed.
 * Both are locked.
 * @kernel remove_migration_ptes in mm/migrate.c
 */
export function* removeMigrationPtes(env: MmEnv, old: Pfn, page: Pfn): KernelThread<void> {
  yield* rmapWalk(env, page, "remove_migration_ptes", function* visit(vma, addr) {
    if (env.sync.interleaved) yield lookPoint(env, vma.mm, addr);
    const cell = findPteCell(env.tables, vma.mm.pgd, virtAddr(addr));
    if (cell !== NO_CELL && isEntryOf(env, cell, old)) {
      yield* removeMigrationPte(env, old, page, vma, addr, cell);
    }
    return SwapResult.AGAIN;
  });
}

/** @kernel remove_migration_pte in mm/migrate.c */
function* removeMigrationPte(
  env: MmEnv,
  old: Pfn,
  page: Pfn,
  vma: Vma,
  addr: number,
  cell: number,
): KernelThread<void> {
  const where = "remove_migration_pte";
  const ptl = ptlOfCell(env, vma.mm, cell);
  yield* spinLock(env.sync, ptl, where);
  if (env.sync.interleaved) yield entryPoint(env, vma.mm, addr, page);
  if (isEntryOf(env, cell, old)) installPage(env, page, vma, addr, cell);
  yield* spinUnlockStep(env.sync, ptl, where);
}

function installPage(env: MmEnv, page: Pfn, vma: Vma, addr: number, cell: number): void {
  const { tables, map } = env;
  const isWrite = isWriteMigrationEntry(pteLow(tables, cell));
  getPage(map, page);
  const old = pteMkold(mkPteLow(page, vma.pageProtLow));
  const low = isWrite ? pteMkwrite(old) : old;
  setPte(tables, cell, low, mkPteHigh(page, vma.pageProtHigh));
  if (!isPageAnon(map, page)) {
    pageAddFileRmap(map, page);
    return;
  }
  invariant(vma.anonVma !== null, "anon-page-without-anon-vma", `at 0x${addr.toString(16)}`);
  pageAddAnonRmap(map, page, vma.anonVma, linearPageIndex(vma, addr), false);
}

function isEntryOf({ tables }: MmEnv, cell: number, old: Pfn): boolean {
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  return isSwapPte(low, high) && isMigrationEntry(low) && swpOffset(low, high) === old;
}

/**
 * Waits until the page that the entry in `cell` stands for is unlocked: then the fault is taken
 * again. Returns at once when the entry is no migration entry any more, or its page is free.
 * @throws KernelBug when the migration has passed the entry over
 * @kernel migration_entry_wait in mm/migrate.c
 */
export function* migrationEntryWait(env: MmEnv, mm: MmStruct, cell: number): KernelThread<void> {
  const { sync, tables, map } = env;
  const where = "migration_entry_wait";
  const ptl = ptlOfCell(env, mm, cell);
  yield* spinLock(sync, ptl, where);
  if (sync.interleaved) yield env.ptePoint;
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  const isMigrating = isSwapPte(low, high) && isMigrationEntry(low);
  if (isMigrating) expectUnderWay(env, mm, toPfn(swpOffset(low, high)));
  const isWaiting = isMigrating && getPageUnlessZero(map, swpOffset(low, high));
  if (sync.interleaved) yield ptl.unlockPoint;
  spinUnlock(sync, ptl, where);
  if (!isWaiting) return;
  const page = toPfn(swpOffset(low, high));
  yield* waitOnPageLocked(env, page);
  dropPage(env, page);
}

/**
 * An entry that is left behind, by a migration whose walk did not come by, leads to a page that is
 * anybody's by now. remap_file_pages can do that: the walk looks at linear areas only.
 * @kernel migration_entry_to_page in include/linux/swapops.h
 */
function expectUnderWay(env: MmEnv, mm: MmStruct, page: Pfn): void {
  bugUnless(isPageLocked(env, page), "migration-entry-of-unlocked-page", `${mm.name}: ${page}`);
}
