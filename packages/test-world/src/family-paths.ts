/** What reclaim, migration and exit do to the pages of a family, each by its own way in. */
import type { Pfn } from "@forkpath/abi";
import {
  type Migration,
  migrateEnd,
  migratePagesBegin,
  reclaimPages,
  sysSwapoff,
  zapPageRange,
} from "@forkpath/mm";
import {
  type SwapResult,
  TtuAction,
  type TtuFlags,
  trylockPage,
  tryToUnmap,
  unlockPage,
} from "@forkpath/mm/internal";
import { expect } from "vitest";
import { addressOf, type Family, frameOf, mmOf, vmaOf } from "./family-looks.ts";
import { run } from "./machine.ts";

/** Reclaims one page of a member from all who map it. */
export const swapOut = (family: Family, name: string, page: number): void => {
  const [start, end] = [addressOf(page), addressOf(page + 1)];
  const counts = run(reclaimPages(family.env, mmOf(family, name), { start, end }));
  expect(counts).toEqual({ freed: 1, kept: 0, activated: 0, mlocked: 0 });
};

/** What a member that is torn down does to its pages; its area stays. */
export const zap = (family: Family, name: string): void => {
  const vma = vmaOf(family, name);
  run(zapPageRange(family.env, vma, vma.start, vma.end));
};

/** Whatever stands in the way of other unmappers is no matter to this one. */
export const UNMAP: TtuFlags = {
  action: TtuAction.UNMAP,
  ignoreMlock: true,
  ignoreAccess: true,
  ignoreHwpoison: false,
};

/** Takes a page from all who map it, under its lock. */
export function unmap({ env }: Family, page: Pfn, flags: TtuFlags = UNMAP): SwapResult {
  trylockPage(env, page);
  const result = run(tryToUnmap(env, page, flags));
  unlockPage(env, page);
  return result;
}

/** What kswapd asks for, except that it does not mind recent use. */
export const IDLE: TtuFlags = { ...UNMAP, ignoreMlock: false };

/** Begins to migrate one page of a member, which must be possible. */
export function beginMigration(family: Family, name: string, page: number): Migration {
  const [migration] = run(migratePagesBegin(family.env, [frameOf(family, name, page)]));
  expect(migration).toBeDefined();
  return migration;
}

export const endMigration = ({ env }: Family, migration: Migration): number =>
  run(migrateEnd(env, migration));

/** Takes the one swap area out of use. */
export const swapoff = (family: Family): number =>
  run(sysSwapoff(family.env, mmOf(family, "P"), 0));
