/**
 * From a page to the places that may map it (SPEC §4.3, §4.7/1): the vmas linked to its anon_vma,
 * and in each the address that the page's index stands for.
 */
import { Errno, PAGE_SIZE } from "@forkpath/abi";
import { type AnonVma, type AnonVmas, findAnonVma, type RmapVma } from "./anon-vma.ts";
import type { MemMap } from "./mem-map.ts";
import type { VmaRange } from "./mergeable.ts";
import { MappingTag, mappingId, mappingTag } from "./page-flags.ts";

/**
 * Pages from the start of the owner: the virtual page number where the vma was first made.
 * @kernel linear_page_index in include/linux/pagemap.h
 */
export const linearPageIndex = (vma: VmaRange, address: number): number =>
  Math.floor((address - vma.start) / PAGE_SIZE) + vma.pgoff;

/**
 * Where `vma` would map the page with this index.
 * @returns a byte address, or -EFAULT when the vma does not reach so far
 * @kernel vma_address in mm/rmap.c
 */
export function vmaAddress(vma: VmaRange, index: number): number {
  const address = vma.start + (index - vma.pgoff) * PAGE_SIZE;
  return address >= vma.start && address < vma.end ? address : -Errno.EFAULT;
}

/**
 * The anon_vma that owns a page; undefined for a file or KSM page, and once it was freed. Says
 * nothing of use for a page that nobody maps, unless it is in swap cache.
 * @kernel page_anon_vma in mm/rmap.c
 */
export function pageAnonVma(map: MemMap, anonVmas: AnonVmas, pfn: number): AnonVma | undefined {
  const mapping = map.mapping[pfn];
  if (mappingTag(mapping) !== MappingTag.ANON) return undefined;
  return findAnonVma(anonVmas, mappingId(mapping));
}

/**
 * Visits the vmas linked to `anonVma`, parents before children, until `visit` returns false.
 * Requires the root's lock. A walk that has to wait in between follows `chains.first` and `next`
 * itself, under the same lock.
 * @kernel list_for_each_entry over same_anon_vma in mm/rmap.c
 * @example
 * ```ts
 * import { anonVmaPrepare, createAnonVmas, forEachAnonVmaVma, type RmapVma } from "@forkpath/rmap";
 * import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
 * const vma: RmapVma = { anonVma: null, anonVmaChain: [] };
 * const lock = createSpinLock("page_table_lock");
 * runToCompletion(anonVmaPrepare(createSync(), createAnonVmas(), vma, lock, () => null));
 * let count = 0;
 * if (vma.anonVma !== null) forEachAnonVmaVma(vma.anonVma, () => void count++);
 * console.log(count); // 1
 * ```
 */
export function forEachAnonVmaVma(anonVma: AnonVma, visit: (vma: RmapVma) => unknown): void {
  for (let chain = anonVma.chains.first; chain !== null; chain = chain.next) {
    if (visit(chain.vma) === false) return;
  }
}
