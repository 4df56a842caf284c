/**
 * _mapcount: how many entries map a page, and whose page it is (SPEC §4.4).
 *
 * `map.mapcount` holds _mapcount + 1, so "first" is a step to 1 and "last" a step to 0. The caller
 * holds the lock of the entry that it changes. Frame numbers are not checked: each of these runs
 * once for an entry.
 */
import { hex } from "@forkpath/abi";
import { InvariantError } from "@forkpath/sync";
import type { MemMap } from "./mem-map.ts";
import { MappingTag, makeMapping, mappingTag, PageFlag } from "./page-flags.ts";

/** What a page needs to know of an anon_vma. */
export interface PageOwner {
  /** What the mapping word of its pages says. */
  readonly id: number;
  /** The oldest ancestor's. */
  readonly root: {
    /** What the mapping word of its pages says. */
    readonly id: number;
  };
}

/** @kernel PageAnon in include/linux/mm.h */
export const isPageAnon = (map: MemMap, pfn: number): boolean =>
  (map.mapping[pfn] & MappingTag.ANON) !== 0;

/** Merged with equal pages; such a page is PageAnon too. @kernel PageKsm in include/linux/ksm.h */
export const isPageKsm = (map: MemMap, pfn: number): boolean =>
  mappingTag(map.mapping[pfn]) === MappingTag.KSM;

/** @kernel page_mapped in include/linux/mm.h */
export const pageMapped = (map: MemMap, pfn: number): boolean => map.mapcount[pfn] > 0;

/**
 * How many entries map the page: _mapcount + 1. @kernel page_mapcount in include/linux/mm.h
 * @example
 * ```ts
 * import { allocFrame, createMemMap, pageMapcount } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * console.log(pageMapcount(map, allocFrame(map))); // 0
 * ```
 */
export const pageMapcount = (map: MemMap, pfn: number): number => map.mapcount[pfn];

/**
 * One more entry maps a page that some entry maps already: no statistics.
 * @kernel page_dup_rmap in include/linux/rmap.h
 */
export function pageDupRmap(map: MemMap, pfn: number): void {
  map.mapcount[pfn]++;
}

/**
 * One more entry maps an anonymous page: a swapped or migrated one comes back.
 *
 * A page that is PageAnon already keeps its owner and index, even if a child faults it in.
 * Requires the page lock.
 * @param index linear page index in the vma, in pages
 * @param exclusive true when no other process can map the page
 * @kernel do_page_add_anon_rmap in mm/rmap.c
 * @example
 * ```ts
 * import { allocFrame, createMemMap, pageAddAnonRmap, pageMapcount } from "@forkpath/rmap";
 * const map = createMemMap({ pages: 1024 });
 * const frame = allocFrame(map);
 * pageAddAnonRmap(map, frame, { id: 1, root: { id: 1 } }, 0, true);
 * console.log(pageMapcount(map, frame), map.stats.nrAnonPages); // 1 1
 * ```
 */
export function pageAddAnonRmap(
  map: MemMap,
  pfn: number,
  anonVma: PageOwner,
  index: number,
  exclusive: boolean,
): void {
  const isFirst = ++map.mapcount[pfn] === 1;
  if (!isFirst) return;
  countAnon(map, pfn, 1);
  if (isPageAnon(map, pfn)) return;
  setAnonMapping(map, pfn, exclusive ? anonVma.id : anonVma.root.id, index);
}

/**
 * The first entry maps a fresh anonymous page, which nobody else can have.
 * @param index linear page index in the vma, in pages
 * @param evictable false in a locked vma: then the page goes to the unevictable list
 * @kernel page_add_new_anon_rmap in mm/rmap.c
 * @deviates the page is on its LRU list at once; the kernel gathers pages in a pagevec first
 */
export function pageAddNewAnonRmap(
  map: MemMap,
  pfn: number,
  anonVma: PageOwner,
  index: number,
  evictable = true,
): void {
  map.mapcount[pfn] = 1;
  countAnon(map, pfn, 1);
  setAnonMapping(map, pfn, anonVma.id, index);
  const list = evictable ? PageFlag.ACTIVE : PageFlag.UNEVICTABLE;
  map.flags[pfn] |= PageFlag.SWAPBACKED | PageFlag.LRU | list;
}

/**
 * One more entry maps a page of a file or of shmem. Its owner set `mapping` before.
 * @kernel page_add_file_rmap in mm/rmap.c
 */
export function pageAddFileRmap(map: MemMap, pfn: number): void {
  if (++map.mapcount[pfn] === 1) map.stats.nrFileMapped++;
}

/**
 * One entry less maps the page. Its owner and index stay, until the page is freed.
 * @throws InvariantError when nobody mapped it
 * @kernel page_remove_rmap in mm/rmap.c
 * @deviates no hugetlb pages, no memcg to uncharge
 */
export function pageRemoveRmap(map: MemMap, pfn: number): void {
  const left = --map.mapcount[pfn];
  if (left > 0) return;
  if (left !== 0) {
    throw new InvariantError("unmapped-page-unmapped", `pageRemoveRmap of ${hex(pfn)}`);
  }
  if (isPageAnon(map, pfn)) countAnon(map, pfn, -1);
  else map.stats.nrFileMapped--;
}

/**
 * The vma's own anon_vma takes the page over: a write fault found that nobody shares it any more.
 * The index stays. Requires the page lock.
 * @kernel page_move_anon_rmap in mm/rmap.c
 */
export function pageMoveAnonRmap(map: MemMap, pfn: number, anonVma: PageOwner): void {
  map.mapping[pfn] = makeMapping(anonVma.id, MappingTag.ANON);
}

function setAnonMapping(map: MemMap, pfn: number, owner: number, index: number): void {
  map.mapping[pfn] = makeMapping(owner, MappingTag.ANON);
  map.index[pfn] = index;
}

function countAnon(map: MemMap, pfn: number, delta: number): void {
  if (map.flags[pfn] & PageFlag.HEAD) map.stats.nrAnonTransparentHugepages += delta;
  else map.stats.nrAnonPages += delta;
}
