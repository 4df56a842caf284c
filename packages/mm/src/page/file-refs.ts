/**
 * References to a file: one for each area that maps it, and those of whoever has it open.
 *
 * The page cache of a file on disk outlives them. Shared anonymous memory has no name that leads
 * back to it: with the last reference its pages go, and what was promised for them is taken back.
 */
import { pfn as toPfn, VmFlag } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import { vmUnacctMemory } from "../machine/commit.ts";
import { vmEnoughSteps } from "../machine/commit-point.ts";
import { createMappedFile } from "../machine/file.ts";
import type { MappedFile, MmEnv, MmStruct, Vma } from "../types.ts";
import { shmemTruncateSwap } from "./shmem.ts";
import { dropPage } from "./state.ts";

/** @kernel get_file in include/linux/fs.h */
export function getFile(file: MappedFile): void {
  file.count++;
}

/** @kernel fput in fs/file_table.c */
export function putFile(env: MmEnv, file: MappedFile): void {
  if (--file.count === 0 && file.isShmem) shmemDeleteInode(env, file);
}

/**
 * The file behind MAP_SHARED | MAP_ANONYMOUS, with one reference.
 * @returns null when its pages may not be promised
 * @kernel shmem_file_setup in mm/shmem.c
 */
export function* shmemFileSetup(
  env: MmEnv,
  mm: MmStruct,
  sizePages: number,
  isReserved: boolean,
  isAdmin: boolean,
): KernelThread<MappedFile | null> {
  if (isReserved && (yield* vmEnoughSteps(env, mm, sizePages, isAdmin)) !== 0) return null;
  const file = createMappedFile(env.nextFileId++, "/dev/zero (deleted)", {
    sizePages,
    isShmem: true,
    isReserved,
  });
  file.chargedPages = isReserved ? sizePages : 0;
  env.files.set(file.id, file);
  return file;
}

/** All that is left of its charge goes, by page or not. @kernel shmem_delete_inode in mm/shmem.c */
function shmemDeleteInode(env: MmEnv, file: MappedFile): void {
  for (const frame of file.pages.values()) dropPage(env, toPfn(frame));
  file.pages.clear();
  shmemTruncateSwap(env, file, 0);
  vmUnacctMemory(env, file.chargedPages);
  file.chargedPages = 0;
  env.files.delete(file.id);
}

/**
 * Takes the references that a copy of an area's struct needs.
 * fork takes only the file: it copied the count of VM_EXECUTABLE areas before (D32).
 * @kernel get_file and added_exe_file_vma, as in __split_vma
 */
export function getVmaFile(env: MmEnv, vma: Vma): void {
  if (vma.file === null) return;
  getFile(vma.file);
  countExeFileVma(env, vma);
}

/** @kernel added_exe_file_vma in kernel/fork.c, for an area of VM_EXECUTABLE */
export function countExeFileVma(env: MmEnv, vma: Vma): void {
  if (keepsExeFile(env, vma)) vma.mm.numExeFileVmas++;
}

/** Does the area hold the program file for its address space? */
const keepsExeFile = ({ rules }: MmEnv, { flags }: Vma): boolean =>
  rules.exeFile === "while mapped" && (flags & VmFlag.EXECUTABLE) !== 0;

/**
 * Drops what `getVmaFile` took; with the last VM_EXECUTABLE area el6's mm forgets its exe_file.
 * @kernel fput and removed_exe_file_vma, as in remove_vma
 */
export function putVmaFile(env: MmEnv, vma: Vma): void {
  const { file, mm } = vma;
  if (file === null) return;
  putFile(env, file);
  if (!keepsExeFile(env, vma)) return;
  mm.numExeFileVmas--;
  if (mm.numExeFileVmas > 0 || mm.exeFile === null) return;
  putFile(env, mm.exeFile);
  mm.exeFile = null;
}
