/**
 * Faults wait until a migration entry is a page again (SPEC §4.8).
 */
import { type Pfn, pfn as toPfn } from "@forkpath/abi";
import { isSwapPte, pteHigh, pteLow } from "@forkpath/page-table";
import { getPageUnlessZero } from "@forkpath/rmap";
import { isMigrationEntry, swpOffset } from "@forkpath/swap";
import { bugUnless, type KernelThread, spinLock, spinUnlock } from "@forkpath/sync";
import { ptlOfCell } from "../machine/pte-walk.ts";
import { isPageLocked, waitOnPageLocked } from "../page/lock.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv, MmStruct } from "../types.ts";

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
