/**
 * Migration entries become pages again (SPEC §4.8).
 *
 *    entry      becomes
 *    M  write   w: writable, whatever the vma allows; old, and clean where the entry cannot say
 *    m  read    o: read-only, and old
 *
 * No counter moves. An mm that got its entry from fork has never counted the page, and one that
 * lost its entry to unmap has never un-counted it (D3).
 */
import { hex, type Pfn, virtAddr } from "@forkpath/abi";
import {
  findPteCell,
  isSwapPte,
  mkPteHigh,
  mkPteLow,
  NO_CELL,
  pteHigh,
  pteLow,
  pteMkdirty,
  pteMkold,
  pteMkwrite,
  pteMkyoung,
  setPte,
} from "@forkpath/page-table";
import {
  getPage,
  isPageAnon,
  linearPageIndex,
  pageAddAnonRmap,
  pageAddFileRmap,
} from "@forkpath/rmap";
import {
  isMigrationDirty,
  isMigrationEntry,
  isMigrationYoung,
  isReadExclusiveMigration,
  isWriteMigrationEntry,
  swpPfn,
} from "@forkpath/swap";
import { holding, invariant, type KernelThread } from "@forkpath/sync";
import { entryPoint, withFlags } from "../machine/memory-point.ts";
import { memoryStep } from "../machine/memory-step.ts";
import { stopToLook } from "../machine/memory-stop.ts";
import { ptlOfCell } from "../machine/pte-walk.ts";
import type { MmEnv, Vma } from "../types.ts";
import { rmapWalk, SwapResult } from "./rmap-walk.ts";

/**
 * Puts `page` wherever a migration entry names `old`; the two are the same when migration failed.
 * Both are locked.
 * @kernel remove_migration_ptes in mm/migrate.c
 */
export function* removeMigrationPtes(env: MmEnv, old: Pfn, page: Pfn): KernelThread<void> {
  yield* rmapWalk(env, page, "remove_migration_ptes", (vma, addr) =>
    removeAt(env, old, page, vma, addr),
  );
}

function* removeAt(
  env: MmEnv,
  old: Pfn,
  page: Pfn,
  vma: Vma,
  addr: number,
): KernelThread<SwapResult> {
  yield* stopToLook(env, vma.mm, addr);
  const cell = findPteCell(env.tables, vma.mm.pgd, virtAddr(addr));
  if (cell !== NO_CELL && isEntryOf(env, cell, old)) {
    yield* removeMigrationPte(env, old, page, vma, addr, cell);
  }
  return SwapResult.AGAIN;
}

/** @kernel remove_migration_pte in mm/migrate.c */
function removeMigrationPte(
  env: MmEnv,
  old: Pfn,
  page: Pfn,
  vma: Vma,
  addr: number,
  cell: number,
): KernelThread<void> {
  const install = memoryStep(
    env,
    () => {
      if (isEntryOf(env, cell, old)) installPage(env, page, vma, addr, cell);
    },
    () => withFlags(vma.mm, entryPoint(env, vma.mm, addr, page)),
  );
  return holding(env.sync, ptlOfCell(env, vma.mm, cell), "remove_migration_pte", install);
}

function installPage(env: MmEnv, page: Pfn, vma: Vma, addr: number, cell: number): void {
  const { tables, map } = env;
  const entryLow = pteLow(tables, cell);
  const isWrite = isWriteMigrationEntry(entryLow);
  getPage(map, page);
  const entryHigh = pteHigh(tables, cell);
  const prot = mkPteLow(page, vma.pageProtLow);
  const aged = isMigrationYoung(entryHigh) ? pteMkyoung(prot) : pteMkold(prot);
  const low = isMigrationDirty(entryHigh) ? pteMkdirty(aged) : aged;
  setPte(tables, cell, isWrite ? pteMkwrite(low) : low, mkPteHigh(page, vma.pageProtHigh));
  if (!isPageAnon(map, page)) {
    pageAddFileRmap(map, page);
    return;
  }
  invariant(vma.anonVma !== null, "anon-page-without-anon-vma", `at ${hex(addr)}`);
  pageAddAnonRmap(map, page, vma.anonVma, linearPageIndex(vma, addr), false);
  if (isWrite || isReadExclusiveMigration(entryLow)) map.flags[page] |= env.rules.exclusiveFlag;
}

function isEntryOf({ tables }: MmEnv, cell: number, old: Pfn): boolean {
  const low = pteLow(tables, cell);
  const high = pteHigh(tables, cell);
  return isSwapPte(low, high) && isMigrationEntry(low) && swpPfn(low, high) === old;
}
