/**
 * Files, as far as memory knows them: how long they are, and which of their pages are cached.
 *
 * A file on disk stays, with its cached pages, when the last process has closed it; shared memory
 * that nobody maps and nobody has open is gone.
 */
import { expectInteger } from "@forkpath/abi";
import {
  createMappedFile,
  type FileOptions,
  invalidateMappingPages,
  type MappedFile,
  type OpenFile,
  truncateInodePages,
  unmapMappingRange,
} from "@forkpath/mm";
import { putFile, shmemTruncateSwap } from "@forkpath/mm/internal";
import { type KernelThread, stopAt } from "@forkpath/sync";
import type { Machine } from "./machine.ts";

/** How a file is opened, and what it is when it is new. */
export interface OpenOptions extends Partial<FileOptions> {
  /** By default true. */
  readonly isReadable?: boolean;
  /** By default true. */
  readonly isWritable?: boolean;
  /** By default true for files on a disk: a first write to each of their pages faults. */
  readonly accountsDirty?: boolean;
}

/** Calls on files: each is a thread to step through. */
export interface FileCalls {
  /** Makes the file `sizePages` pages long; pages past the new end go from wherever they are. */
  truncate(pid: number, path: string, sizePages: number): KernelThread<number>;
}

const MOST_PAGES = 2 ** 51;

/** @modelOnly the part of the system call table that is about files */
export const fileCalls = (machine: Machine): FileCalls => ({
  truncate: (_pid, path, sizePages) => vmtruncate(machine, path, sizePages),
});

/**
 * Opens the file of that path, which is made with `sizePages` pages if it is new.
 * @throws TypeError for a new file without `sizePages`
 * @modelOnly open(2), and the disk that the file would be on
 */
export function openFile(machine: Machine, path: string, options: OpenOptions = {}): OpenFile {
  const { isReadable = true, isWritable = true } = options;
  const file = machine.files.get(path) ?? createFile(machine, path, options);
  return { file, isReadable, isWritable };
}

/**
 * Drops every page of the page cache that nobody maps, uses or has written to.
 * @returns how many pages went
 * @kernel drop_pagecache_sb in fs/drop_caches.c
 */
export function dropCaches(machine: Machine): number {
  let dropped = 0;
  for (const file of machine.mm.files.values()) {
    if (!file.isShmem) dropped += invalidateMappingPages(machine.mm, file);
  }
  return dropped;
}

/**
 * Removes a file: with the last mapping of it, its pages go too if it is shared memory.
 * @throws RangeError when no such file was opened
 * @modelOnly unlink(2) and the last close(2)
 */
export function closeFile(machine: Machine, path: string): void {
  const file = fileOf(machine, "closeFile", path);
  machine.files.delete(path);
  putFile(machine.mm, file);
}

/**
 * Unmaps twice, since a fault may bring a page back before it has left the cache.
 * @kernel vmtruncate in mm/memory.c
 */
function* vmtruncate(machine: Machine, path: string, sizePages: number): KernelThread<number> {
  const file = fileOf(machine, "truncate", path);
  expectInteger("truncate", "sizePages", sizePages, 0, MOST_PAGES);
  yield* stopAt(machine.mm.sync, machine.mm.ptePoint);
  const isShorter = sizePages < file.sizePages;
  file.sizePages = sizePages;
  if (!isShorter) return 0;
  yield* unmapMappingRange(machine.mm, file, sizePages, 0, true);
  yield* truncateInodePages(machine.mm, file, sizePages);
  if (file.isShmem) yield* stopAt(machine.mm.sync, machine.mm.ptePoint);
  shmemTruncateSwap(machine.mm, file, sizePages);
  yield* unmapMappingRange(machine.mm, file, sizePages, 0, true);
  return 0;
}

function createFile({ mm, files }: Machine, path: string, options: OpenOptions): MappedFile {
  const { sizePages = -1, isShmem = false, accountsDirty = !isShmem } = options;
  expectInteger("openFile", "sizePages of a new file", sizePages, 0, MOST_PAGES);
  const file = createMappedFile(mm.nextFileId++, path, { sizePages, isShmem, accountsDirty });
  mm.files.set(file.id, file);
  files.set(path, file);
  return file;
}

function fileOf({ files }: Machine, where: string, path: string): MappedFile {
  const file = files.get(path);
  if (file === undefined)
    throw new RangeError(`${where}: path must be of an open file, got ${path}`);
  return file;
}
