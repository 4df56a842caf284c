/**
 * What a mapping needs to know of a file: its pages in the page cache, and who maps it.
 *
 * `MappedFile` stands for inode and address_space in one; an open file is a reference to it.
 * Shared anonymous memory and tmpfs are files too, whose pages count as file pages (D33).
 */
import { createSpinLock, type SpinLock } from "@forkpath/sync";
import type { Vma } from "./vma.ts";

export interface MappedFile {
  /** Names the file in the `mapping` column of struct page: the id, shifted over the tag bits. */
  readonly id: number;
  readonly path: string;
  readonly inode: number;
  /** Length in pages: a fault past it is SIGBUS. */
  sizePages: number;
  /** True for shmem and tmpfs, and so for MAP_SHARED | MAP_ANONYMOUS. */
  readonly isShmem: boolean;
  /** True where dirty pages are accounted, so that shared writable mappings want write faults. */
  readonly accountsDirty: boolean;
  /** Page cache: page index in the file to page frame number. */
  readonly pages: Map<number, number>;
  /** Every linear mapping: the prio tree, kept in the order of insertion. */
  readonly iMmap: Set<Vma>;
  readonly iMmapNonlinear: Set<Vma>;
  readonly iMmapLock: SpinLock;
  /** How many mappings are VM_SHARED. */
  iMmapWritable: number;
  /** Writers of the inode; below 0 while executed (VM_DENYWRITE). */
  iWritecount: number;
  truncateCount: number;
  /** References held by mappings and by whoever opened the file. */
  count: number;
  /** Pages that are promised to shmem, and un-charged with the last reference (SPEC §5.12/1). */
  chargedPages: number;
  /** What a driver does to a new area, for 0 or a negative errno; null is a page-cache file. */
  mmap: ((vma: Vma) => number) | null;
}

export interface FileOptions {
  readonly sizePages: number;
  readonly isShmem?: boolean;
  readonly accountsDirty?: boolean;
}

/**
 * A file with an empty page cache and one reference.
 * @modelOnly inode, address_space and struct file in one
 */
export function createMappedFile(id: number, path: string, options: FileOptions): MappedFile {
  return {
    id,
    path,
    inode: id,
    sizePages: options.sizePages,
    isShmem: options.isShmem ?? false,
    accountsDirty: options.accountsDirty ?? false,
    pages: new Map(),
    iMmap: new Set(),
    iMmapNonlinear: new Set(),
    iMmapLock: createSpinLock("i_mmap_lock", `${path}.i_mmap_lock`),
    iMmapWritable: 0,
    iWritecount: 0,
    truncateCount: 0,
    count: 1,
    chargedPages: 0,
    mmap: null,
  };
}
