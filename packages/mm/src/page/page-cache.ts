/**
 * The page cache of one file: which of its pages are in memory (SPEC §4.1/4).
 *
 * The cache holds one reference to each of its pages. A page that leaves has no mapping any more:
 * that is how a fault, which found the page before and has locked it since, sees the truncation.
 */
import type { Pfn } from "@forkpath/abi";
import {
  getPage,
  isPageAnon,
  MappingTag,
  makeMapping,
  mappingId,
  PageFlag,
  pageMapped,
} from "@forkpath/rmap";
import {
  InvariantError,
  type KernelThread,
  type SchedulePoint,
  stopAt,
  stopsHere,
} from "@forkpath/sync";
import { everythingPoint, releasePoint } from "../machine/memory-point.ts";
import { shmemUnacctBlock } from "../machine/shmem-charge.ts";
import type { MappedFile, MmEnv } from "../types.ts";
import { isPageLocked, lockPage, unlockPage } from "./lock.ts";
import { lruCacheAdd } from "./lru-batch.ts";
import { dropPage } from "./state.ts";

/** The mapping word of the file's pages. */
const mappingOf = (file: MappedFile): number => makeMapping(file.id, MappingTag.FILE);

/**
 * True while the page is in the cache of `file`.
 * @kernel page->mapping == mapping, as mm/filemap.c asks it
 */
export const isPageOf = ({ map }: MmEnv, file: MappedFile, pfn: Pfn): boolean =>
  map.mapping[pfn] === mappingOf(file);

/**
 * Puts a fresh page in the cache, filled and clean; the cache takes a reference of its own.
 * @throws InvariantError when the place is taken
 * @kernel add_to_page_cache_lru in mm/filemap.c
 * @deviates Reading the file takes no time and never fails: the page is uptodate at once.
 */
export function addToPageCache(env: MmEnv, file: MappedFile, pgoff: number, pfn: Pfn): void {
  const { map } = env;
  if (file.pages.has(pgoff)) {
    throw new InvariantError("page-cache-taken", `page ${pgoff} of ${file.path} is cached already`);
  }
  getPage(map, pfn);
  file.pages.set(pgoff, pfn);
  map.mapping[pfn] = mappingOf(file);
  map.index[pfn] = pgoff;
  map.flags[pfn] |= PageFlag.UPTODATE | PageFlag.LRU | (file.isShmem ? PageFlag.SWAPBACKED : 0);
  lruCacheAdd(env, pfn);
}

/**
 * Takes page `pgoff` out of the cache for good, and drops the cache's reference; what shmem
 * promised for it goes too. Requires the page lock, or that nobody else can find the page.
 * @throws InvariantError when the page is not cached
 * @kernel remove_from_page_cache in mm/filemap.c
 * @deviates Shmem un-charges a clean page that reclaim drops when it looks at the file next.
 */
export function removeFromPageCache(env: MmEnv, file: MappedFile, pgoff: number): void {
  const pfn = file.pages.get(pgoff);
  if (pfn === undefined) {
    throw new InvariantError("page-cache", `page ${pgoff} of ${file.path} is not cached`);
  }
  file.pages.delete(pgoff);
  env.map.mapping[pfn] = 0;
  env.map.flags[pfn] &= ~PageFlag.DIRTY;
  dropPage(env, pfn);
  shmemUnacctBlock(env, file);
}

/**
 * Drops the pages that nobody maps, uses or has written to: what drop_caches does to a file.
 * @returns how many pages went
 * @kernel invalidate_mapping_pages in mm/truncate.c
 */
export function invalidateMappingPages(env: MmEnv, file: MappedFile): number {
  let dropped = 0;
  for (const [pgoff, pfn] of file.pages) {
    const isBusy = (env.map.flags[pfn] & (PageFlag.DIRTY | PageFlag.WRITEBACK)) !== 0;
    if (isBusy || isPageLocked(env, pfn) || pageMapped(env.map, pfn)) continue;
    removeFromPageCache(env, file, pgoff);
    dropped++;
  }
  return dropped;
}

/**
 * Takes every page from `firstPgoff` to before `endPgoff` out of the cache, written to or not. A
 * new length of the file is set, and its pages are unmapped, before.
 * @param unmap called with a page locked that is mapped again; by default none is
 * @kernel truncate_inode_pages in mm/truncate.c
 */
export function* truncateInodePages(
  env: MmEnv,
  file: MappedFile,
  firstPgoff: number,
  endPgoff: number = Number.POSITIVE_INFINITY,
  unmap: ((pgoff: number) => KernelThread<void>) | null = null,
): KernelThread<void> {
  if (stopsHere(env.sync)) yield* stopAt(env.sync, everythingPoint(env));
  for (const pgoff of [...file.pages.keys()]) {
    if (pgoff < firstPgoff || pgoff >= endPgoff) continue;
    if (stopsHere(env.sync)) yield* stopAt(env.sync, everythingPoint(env));
    // While this thread waits for a lock, pages move to other frames: each is looked up afresh.
    for (let pfn = file.pages.get(pgoff); pfn !== undefined; pfn = file.pages.get(pgoff)) {
      getPage(env.map, pfn);
      yield* lockPage(env, pfn);
      if (unmap !== null && pageMapped(env.map, pfn)) yield* unmap(pgoff);
      if (file.isChargedByPage && stopsHere(env.sync)) yield* stopAt(env.sync, env.ptePoint);
      if (file.pages.get(pgoff) === pfn) removeFromPageCache(env, file, pgoff);
      unlockPage(env, pfn);
      dropPage(env, pfn);
    }
  }
}

/**
 * The file whose page cache a page is of; undefined for anonymous and for drivers' pages.
 * @kernel page_mapping in include/linux/mm.h
 */
export const pageFile = (env: MmEnv, pfn: Pfn): MappedFile | undefined =>
  isPageAnon(env.map, pfn) ? undefined : env.files.get(mappingId(env.map.mapping[pfn]));

/**
 * The step that takes `pfn` out of its cache, and puts `others` in its place: one on a file may
 * touch all memory.
 * @modelOnly a scheduler's view of a hold of tree_lock
 */
export const leaveCachePoint = (env: MmEnv, pfn: Pfn, ...others: readonly Pfn[]): SchedulePoint =>
  pageFile(env, pfn) === undefined ? releasePoint(env, [pfn, ...others]) : env.ptePoint;
