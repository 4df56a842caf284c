/**
 * The areas of one address space: one array, sorted by address, without overlap.
 *
 * Lookups are binary searches; putting one in or taking one out moves the rest of the array. The
 * array changes only under mmap_sem held for writing.
 */
import { pagesBetween, VmFlag, virtAddr } from "@forkpath/abi";
import { vmPageProtHigh, vmPageProtLow } from "@forkpath/page-table";
import type { AnonVma } from "@forkpath/rmap";
import { findMergeableAnonVma } from "@forkpath/rmap/internal";
import { allocAtomic, allocSleeping, holding, type KernelThread } from "@forkpath/sync";
import type { MappedFile, MmEnv, MmStruct, Vma } from "../types.ts";
import { linkFileVma } from "./file.ts";

export interface VmaOptions {
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  /** Pages; for private anonymous memory, start / PAGE_SIZE. */
  readonly pgoff: number;
  readonly file?: MappedFile | null;
}

/**
 * An area of `mm` that is not linked in yet, and takes no reference. Its page protection follows
 * from its flags. The caller has asked the gate: see `allocVma`.
 * @kernel the kmem_cache_zalloc of mmap_region in mm/mmap.c
 */
export const createVma = (mm: MmStruct, options: VmaOptions): Vma => ({
  mm,
  start: virtAddr(options.start),
  end: virtAddr(options.end),
  flags: options.flags,
  pgoff: options.pgoff,
  pageProtLow: vmPageProtLow(options.flags),
  pageProtHigh: vmPageProtHigh(options.flags),
  file: options.file ?? null,
  ops: null,
  truncateCount: 0,
  anonVma: null,
  anonVmaChain: [],
});

/**
 * A copy of the struct with no anon_vma links, that names the same anon_vma: as split, mremap and
 * fork start from. Takes no reference.
 * @kernel *new = *vma in mm/mmap.c and kernel/fork.c
 */
export function copyVmaStruct(
  vma: Vma,
  changes: Partial<VmaOptions> = {},
  mm: MmStruct = vma.mm,
): Vma {
  const copy = createVma(mm, { ...vma, ...changes });
  copy.pageProtLow = vma.pageProtLow;
  copy.pageProtHigh = vma.pageProtHigh;
  copy.ops = vma.ops;
  copy.truncateCount = vma.truncateCount;
  copy.anonVma = vma.anonVma;
  return copy;
}

/** Asks for the memory of one area. @kernel kmem_cache_alloc of vm_area_cachep */
export function* allocVma({ sync }: MmEnv): KernelThread<boolean> {
  return sync.interleaved ? yield* allocSleeping(sync, "vma") : allocAtomic(sync, "vma");
}

/** @kernel vma_pages in include/linux/mm.h */
export const vmaPages = (vma: { readonly start: number; readonly end: number }): number =>
  pagesBetween(vma.start, vma.end);

/**
 * Index of the first area that ends above `addr`; the number of areas if there is none.
 * @kernel find_vma in mm/mmap.c
 */
export function findVmaIndex({ vmas }: MmStruct, addr: number): number {
  let low = 0;
  let high = vmas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (vmas[middle].end > addr) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The first area that ends above `addr`; it may start above it too.
 * @kernel find_vma in mm/mmap.c
 * @example
 * ```ts
 * import { createMmEnv, findVma, mmAlloc } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const mm = runToCompletion(mmAlloc(createMmEnv({ memoryPages: 1024 }), null))!;
 * console.log(findVma(mm, 0x400000)); // undefined
 * ```
 */
export const findVma = (mm: MmStruct, addr: number): Vma | undefined =>
  mm.vmas[findVmaIndex(mm, addr)];

/**
 * The last area that ends at or below `addr`.
 * @kernel find_vma_prev in mm/mmap.c
 */
export const findVmaPrev = (mm: MmStruct, addr: number): Vma | undefined =>
  mm.vmas[findVmaIndex(mm, addr) - 1];

/**
 * The first area with a byte of [start, end).
 * @kernel find_vma_intersection in include/linux/mm.h
 */
export function findVmaIntersection(mm: MmStruct, start: number, end: number): Vma | undefined {
  const vma = findVma(mm, start);
  return vma !== undefined && vma.start < end ? vma : undefined;
}

/**
 * The area right after `vma`.
 * @kernel vma->vm_next
 */
export const nextVma = (vma: Vma): Vma | undefined =>
  vma.mm.vmas[findVmaIndex(vma.mm, vma.start) + 1];

/**
 * Is `addr` the lowest page of a stack, which only keeps what lies below at a distance? Where
 * another stack ends right below, the two go on in each other, and no page is kept free.
 * @kernel stack_guard_page in include/linux/mm.h
 */
export function isStackGuardPage({ rules }: MmEnv, vma: Vma, addr: number): boolean {
  if (rules.stackGuard.ownPages === 0) return false;
  if ((vma.flags & VmFlag.GROWSDOWN) === 0 || addr !== vma.start) return false;
  const below = findVmaPrev(vma.mm, addr);
  return below?.end !== vma.start || (below.flags & VmFlag.GROWSDOWN) === 0;
}

/**
 * Puts `vma` in its place, and in the lists of its file.
 * @kernel vma_link in mm/mmap.c
 */
export const linkVma = ({ sync }: MmEnv, vma: Vma): KernelThread<void> =>
  holding(sync, vma.file?.iMmapLock ?? null, "vma_link", () => {
    if (vma.file !== null) vma.truncateCount = vma.file.truncateCount;
    insertVma(vma);
    linkFileVma(vma);
  });

/**
 * Puts `vma` into the array of its mm, and counts it.
 * @kernel __vma_link in mm/mmap.c
 */
export function insertVma(vma: Vma): void {
  const { mm } = vma;
  mm.vmas.splice(findVmaIndex(mm, vma.start), 0, vma);
  mm.mapCount++;
}

/**
 * The areas with a byte of [start, end), by address.
 * @kernel the loops over vm_next in do_munmap in mm/mmap.c
 */
export function vmasWithin(mm: MmStruct, start: number, end: number): Vma[] {
  const first = findVmaIndex(mm, start);
  let next = first;
  while (next < mm.vmas.length && mm.vmas[next].start < end) next++;
  return mm.vmas.slice(first, next);
}

/**
 * Takes the areas of [start, end) out of the array; what they refer to stays. None may reach across
 * either border: they were split before.
 * @kernel detach_vmas_to_be_unmapped in mm/mmap.c
 */
export function detachVmas(mm: MmStruct, start: number, end: number): Vma[] {
  const detached = vmasWithin(mm, start, end);
  mm.vmas.splice(findVmaIndex(mm, start), detached.length);
  mm.mapCount -= detached.length;
  return detached;
}

/**
 * The anon_vma of a neighbour that `vma` may use for its own pages.
 * @kernel find_mergeable_anon_vma in mm/mmap.c
 */
export function mergeableAnonVma(vma: Vma): AnonVma | null {
  const { vmas } = vma.mm;
  const index = findVmaIndex(vma.mm, vma.start);
  return findMergeableAnonVma(vma, vmas[index - 1] ?? null, vmas[index + 1] ?? null);
}
