/**
 * Where mmap puts a mapping that asked for no address: from `mmapBase` downwards.
 *
 *    0   TASK_UNMAPPED_BASE                         freeAreaCache   mmapBase   stack
 *    |          |        ...free... [ mapping ][ mapping ][ hole ][ mapping ]|
 *
 * The last address given out is tried first, just below it; a hole above is looked at again only
 * when one that is large enough is known to have been passed.
 */
import { Errno, MapFlag, PAGE_SIZE, pageAlignUp, TASK_SIZE } from "@forkpath/abi";
import type { MmStruct } from "../types.ts";
import { findVma, findVmaIndex, findVmaIntersection } from "./list.ts";

/**
 * Where a search upwards starts, when below `mmapBase` nothing is free. Bytes.
 * @kernel TASK_UNMAPPED_BASE in arch/x86/include/asm/processor.h
 */
export const TASK_UNMAPPED_BASE: number = pageAlignUp(Math.floor(TASK_SIZE / 3));
/**
 * ~0UL: no hole is known, so none is too small.
 * @kernel cached_hole_size of a fresh mm
 */
export const UNKNOWN_HOLE_SIZE: number = Number.POSITIVE_INFINITY;

/**
 * An address for `len` bytes: the wanted one if it is free or FIXED, else one found.
 * @param len bytes, page-aligned
 * @returns a byte address; -ENOMEM or -EINVAL
 * @kernel get_unmapped_area in mm/mmap.c
 */
export function getUnmappedArea(mm: MmStruct, addr: number, len: number, mapFlags: number): number {
  if (len > TASK_SIZE) return -Errno.ENOMEM;
  if (mapFlags & MapFlag.FIXED) {
    if (addr > TASK_SIZE - len) return -Errno.ENOMEM;
    return addr % PAGE_SIZE === 0 ? addr : -Errno.EINVAL;
  }
  const wanted = addr === 0 ? 0 : pageAlignUp(addr);
  if (wanted > 0 && wanted <= TASK_SIZE - len && isFree(mm, wanted, len)) return wanted;
  return searchDown(mm, len);
}

/**
 * Remembers that addresses below `above`, the start of the next area up, became free.
 * @kernel arch_unmap_area_topdown in mm/mmap.c
 */
export function unmapArea(mm: MmStruct, above: number | undefined): void {
  const { mmapBase } = mm.layout;
  const freed = Math.min(above ?? mmapBase, mmapBase);
  mm.freeAreaCache = Math.min(Math.max(mm.freeAreaCache, freed), mmapBase);
}

/** @kernel arch_get_unmapped_area_topdown in arch/x86/kernel/sys_x86_64.c */
function searchDown(mm: MmStruct, len: number): number {
  const { mmapBase } = mm.layout;
  if (len <= mm.cachedHoleSize) {
    mm.cachedHoleSize = 0;
    mm.freeAreaCache = mmapBase;
  }
  const cached = mm.freeAreaCache - len;
  if (cached > 0 && isFree(mm, cached, len)) return remember(mm, cached);
  for (let roof = mmapBase; roof > len; ) {
    const addr = roof - len;
    const vma = findVma(mm, addr);
    if (vma === undefined || addr + len <= vma.start) return remember(mm, addr);
    mm.cachedHoleSize = Math.max(mm.cachedHoleSize, vma.start - addr);
    roof = vma.start;
  }
  return searchUp(mm, len);
}

function remember(mm: MmStruct, addr: number): number {
  mm.freeAreaCache = addr;
  return addr;
}

/** @kernel arch_get_unmapped_area in arch/x86/kernel/sys_x86_64.c */
function searchUp(mm: MmStruct, len: number): number {
  mm.freeAreaCache = mm.layout.mmapBase;
  mm.cachedHoleSize = UNKNOWN_HOLE_SIZE;
  let addr = TASK_UNMAPPED_BASE;
  for (let i = findVmaIndex(mm, addr); addr <= TASK_SIZE - len; i++) {
    if (i === mm.vmas.length || addr + len <= mm.vmas[i].start) return addr;
    addr = mm.vmas[i].end;
  }
  return -Errno.ENOMEM;
}

const isFree = (mm: MmStruct, addr: number, len: number): boolean =>
  findVmaIntersection(mm, addr, addr + len) === undefined;
