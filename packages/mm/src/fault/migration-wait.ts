/**
 * Faults wait until a migration entry is a page again (SPEC §4.8).
 */
import type { Pfn } from "@forkpath/abi";
import { isSwapPte, pteHigh, pteLow } from "@forkpath/page-table";
import { getPageUnlessZero, NO_PFN } from "@forkpath/rmap";
import { isMigrationEntry, swpPfn } from "@forkpath/swap";
import { bugUnless, holding, type KernelThread } from "@forkpath/sync";
import { memoryStep } from "../machine/memory-step.ts";
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
  const ptl = ptlOfCell(env, mm, cell);
  const get = memoryStep(env, () => getMigratingPage(env, mm, cell));
  const page = yield* holding(env.sync, ptl, "migration_entry_wait", get);
  if (page === NO_PFN) return;
  yield* waitOnPageLocked(env, page);
  dropPage(env, page);
}

/** The page that the entry stands for, with a reference; NO_PFN where a thread need not wait. */
function getMigratingPage(env: MmEnv, mm: MmStruct, cell: number): Pfn {
  const low = pteLow(env.tables, cell);
  const high = pteHigh(env.tables, cell);
  if (!isSwapPte(low, high) || !isMigrationEntry(low)) return NO_PFN;
  const page = swpPfn(low, high);
  expectUnderWay(env, mm, page);
  return getPageUnlessZero(env.map, page) ? page : NO_PFN;
}

/**
 * An entry that is left behind, by a migration whose walk did not come by, leads to a page that is
 * anybody's by now. remap_file_pages can do that: the walk looks at linear areas only.
 * @kernel migration_entry_to_page in include/linux/swapops.h
 */
function expectUnderWay(env: MmEnv, mm: MmStruct, page: Pfn): void {
  bugUnless(isPageLocked(env, page), "migration-entry-of-unlocked-page", `${mm.name}: ${page}`);
}
