/**
 * What an area and its file know of each other: the file lists every area that maps it, so that
 * truncation and reclaim find the entries of a page (SPEC §5.7/8).
 */
import { VmFlag } from "@forkpath/abi";
import { holding, type KernelThread } from "@forkpath/sync";
import type { MmEnv, Vma } from "../types.ts";

/**
 * Enters `vma` in the lists of its file, if it has one. Requires the file's i_mmap_lock.
 * @kernel __vma_link_file in mm/mmap.c
 */
export function linkFileVma(vma: Vma): void {
  const { file, flags } = vma;
  if (file === null) return;
  if (flags & VmFlag.DENYWRITE) file.iWritecount--;
  if (flags & VmFlag.SHARED) file.iMmapWritable++;
  if (flags & VmFlag.NONLINEAR) file.iMmapNonlinear.add(vma);
  else file.iMmap.add(vma);
}

/**
 * Takes `vma` off the lists of its file. Requires the file's i_mmap_lock.
 * @kernel __remove_shared_vm_struct in mm/mmap.c
 */
export function removeSharedVmStruct(vma: Vma): void {
  const { file, flags } = vma;
  if (file === null) return;
  if (flags & VmFlag.DENYWRITE) file.iWritecount++;
  if (flags & VmFlag.SHARED) file.iMmapWritable--;
  if (flags & VmFlag.NONLINEAR) file.iMmapNonlinear.delete(vma);
  else file.iMmap.delete(vma);
}

/**
 * Takes `vma` off the lists of its file, so that nobody finds its page tables that way any more.
 * @kernel unlink_file_vma in mm/mmap.c
 */
export function* unlinkFileVma({ sync }: MmEnv, vma: Vma): KernelThread<void> {
  if (vma.file === null) return;
  yield* holding(sync, vma.file.iMmapLock, "unlink_file_vma", () => removeSharedVmStruct(vma));
}
