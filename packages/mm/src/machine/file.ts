/**
 * Makes a file that can be mapped.
 */
import { createSpinLock } from "@forkpath/sync";
import type { MappedFile } from "../types.ts";

/** A file to be. */
export interface FileOptions {
  /** Its length. */
  readonly sizePages: number;
  /** Whether it is shmem or of tmpfs; by default not. */
  readonly isShmem?: boolean;
  /** Shmem whose memory was promised when it was made; by default page by page. */
  readonly isReserved?: boolean;
  /** Whether a first write to each of its pages faults; by default not. */
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
    iMmapLock: createSpinLock("i_mmap_lock", path),
    iMmapWritable: 0,
    iWritecount: 0,
    truncateCount: 0,
    count: 1,
    swapped: new Map(),
    isChargedByPage: options.isShmem === true && options.isReserved !== true,
    chargedPages: 0,
    mmap: null,
  };
}
