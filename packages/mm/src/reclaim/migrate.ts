/**
 * Page migration in two halves, with a window between them (SPEC §4.7, §4.8).
 *
 *    begin   page locked, every entry of it a migration entry     W  becomes  M
 *    ...     fork copies the entries, unmap drops them: uncounted, both (D3)
 *    end     contents moved to a new frame, entries become pages  M  becomes  w
 *
 * If the page turns out to be in use, the second half puts the entries back on the old frame.
 */
import { Errno, type Pfn } from "@forkpath/abi";
import {
  type AnonVma,
  getAnonVma,
  isPageAnon,
  isPageHuge,
  isPageKsm,
  NO_PFN,
  pageAnonVma,
  pageMapped,
  putAnonVma,
} from "@forkpath/rmap";
import { stopToGet } from "@forkpath/rmap/internal";
import { invariant, type KernelThread, stopAt } from "@forkpath/sync";
import { splitHugePage } from "../huge/split.ts";
import { stopAtPage } from "../machine/memory-stop.ts";
import { allocPage } from "../page/alloc.ts";
import { isPageWriteback } from "../page/io.ts";
import { isolateLruPage, putbackLruPage } from "../page/isolate-lru.ts";
import { isPageLocked, trylockPage, unlockPage } from "../page/lock.ts";
import { lruAddDrainAllSteps } from "../page/lru-batch.ts";
import { movePageMapping } from "../page/move-mapping.ts";
import { leaveCachePoint, pageFile } from "../page/page-cache.ts";
import { dropPage } from "../page/state.ts";
import type { MmEnv } from "../types.ts";
import { removeMigrationPtes } from "./migration-ptes.ts";
import { tryToUnmap } from "./try-to-unmap.ts";
import { TtuAction, type TtuFlags } from "./try-to-unmap-one.ts";

/** A page under way: isolated and locked, and no entry maps it. */
export interface Migration {
  /** Where it lies. */
  readonly oldPfn: Pfn;
  /** Where it goes; not locked, and nobody else knows it. */
  readonly newPfn: Pfn;
  /** Held, so that the entries can be found again; null for a page that had no owner to ask. */
  readonly anonVma: AnonVma | null;
}

const MIGRATION_FLAGS: TtuFlags = {
  action: TtuAction.MIGRATION,
  ignoreMlock: true,
  ignoreAccess: true,
  ignoreHwpoison: false,
};

/**
 * Begins to migrate each page, in the order given. Pages that cannot be moved now (in use, locked,
 * under writeback, KSM, or no frame left) stay as they are and are missing from the result.
 * @kernel migrate_pages in mm/migrate.c: the first half of unmap_and_move for each page
 */
export function* migratePagesBegin(
  env: MmEnv,
  pfns: readonly Pfn[],
): KernelThread<readonly Migration[]> {
  const begun: Migration[] = [];
  yield* lruAddDrainAllSteps(env);
  for (const pfn of pfns) {
    const migration = yield* migrationBegin(env, pfn);
    if (migration !== null) begun.push(migration);
  }
  return begun;
}

function* migrationBegin(env: MmEnv, oldPfn: Pfn, node?: number): KernelThread<Migration | null> {
  yield* stopAtPage(env, oldPfn);
  // Huge pages do not migrate: their parts do.
  if (isPageHuge(env.map, oldPfn)) yield* splitHugePage(env, oldPfn);
  if (!isolateLruPage(env, oldPfn)) return null;
  const newPfn = yield* allocPage(env, node);
  yield* stopAtPage(env, oldPfn);
  if (newPfn === NO_PFN || !lockForMigration(env, oldPfn)) {
    if (newPfn !== NO_PFN) dropPage(env, newPfn);
    putbackLruPage(env, oldPfn);
    return null;
  }
  const anonVma = pageAnonVma(env.map, env.anonVmas, oldPfn) ?? null;
  if (anonVma !== null) {
    yield* stopToGet(env.sync, anonVma, oldPfn); // and looks whether the page is mapped
    getAnonVma(anonVma);
  }
  const migration = { oldPfn, newPfn, anonVma };
  yield* tryToUnmap(env, oldPfn, MIGRATION_FLAGS);
  yield* stopAtPage(env, oldPfn);
  if (!pageMapped(env.map, oldPfn)) return migration;
  yield* giveUp(env, migration);
  return null;
}

/** Takes the lock, unless the page cannot be moved. */
function lockForMigration(env: MmEnv, pfn: Pfn): boolean {
  const isMovable = isPageAnon(env.map, pfn)
    ? !isPageKsm(env.map, pfn)
    : pageFile(env, pfn) !== undefined;
  return isMovable && !isPageWriteback(env, pfn) && trylockPage(env, pfn);
}

/**
 * Ends what `migratePagesBegin` began: moves the page, or puts it back.
 * @returns 0, or -EAGAIN when somebody else holds the page, which then stays in its old frame
 * @throws InvariantError when the migration has ended already
 * @kernel move_to_new_page, and the second half of unmap_and_move, in mm/migrate.c
 * @deviates Tries once; the kernel tries again, and gives up after ten rounds.
 */
export function* migrateEnd(env: MmEnv, migration: Migration): KernelThread<number> {
  const { oldPfn, newPfn } = migration;
  invariant(isPageLocked(env, oldPfn), "migration-not-begun", `end for page ${oldPfn}`);
  if (env.sync.interleaved) yield* stopAt(env.sync, leaveCachePoint(env, oldPfn, newPfn));
  if (!movePageMapping(env, oldPfn, newPfn)) {
    yield* giveUp(env, migration);
    return -Errno.EAGAIN;
  }
  trylockPage(env, newPfn);
  yield* removeMigrationPtes(env, oldPfn, newPfn);
  yield* stopAtPage(env, oldPfn, newPfn);
  unlockPage(env, newPfn);
  putbackLruPage(env, newPfn);
  yield* letGo(env, migration);
  // Not back on a list: the last one to let go frees the old frame.
  dropPage(env, oldPfn);
  return 0;
}

/** Entries that were made lead to the old frame again. */
function* giveUp(env: MmEnv, migration: Migration): KernelThread<void> {
  const { oldPfn, newPfn } = migration;
  yield* removeMigrationPtes(env, oldPfn, oldPfn);
  yield* stopAtPage(env, oldPfn, newPfn);
  yield* letGo(env, migration);
  putbackLruPage(env, oldPfn);
  dropPage(env, newPfn);
}

function* letGo(env: MmEnv, { oldPfn, anonVma }: Migration): KernelThread<void> {
  if (anonVma !== null) yield* putAnonVma(env.sync, env.anonVmas, anonVma);
  yield* stopAtPage(env, oldPfn);
  unlockPage(env, oldPfn);
}

/**
 * Migrates each page, one after the other.
 * @param node where they shall be; by default near the CPU that does it
 * @returns how many could not be moved
 * @kernel migrate_pages in mm/migrate.c
 */
export function* migratePages(
  env: MmEnv,
  pfns: readonly Pfn[],
  node?: number,
): KernelThread<number> {
  let failed = 0;
  yield* lruAddDrainAllSteps(env);
  for (const pfn of pfns) {
    const migration = yield* migrationBegin(env, pfn, node);
    if (migration === null || (yield* migrateEnd(env, migration)) !== 0) failed++;
  }
  return failed;
}
