/**
 * MADV_POPULATE_READ and MADV_POPULATE_WRITE: every page of the range is faulted in, as if it were
 * read or written to.
 */
import { Errno, PAGE_SIZE, VmFlag } from "@forkpath/abi";
import type { KernelThread } from "@forkpath/sync";
import { findVma } from "../area/list.ts";
import { makePresent } from "../fault/populate.ts";
import type { MmEnv, MmLimits, MmStruct } from "../types.ts";

/**
 * Stops at the first page that cannot be had, or at a hole. Requires mmap_sem held for reading.
 * @returns 0; -ENOMEM for a hole, or without memory; -EINVAL where the area does not permit it;
 *   -EFAULT past the end of a file, or at a guard page
 * @kernel madvise_populate in mm/madvise.c
 */
export function* madvisePopulate(
  env: MmEnv,
  mm: MmStruct,
  start: number,
  end: number,
  isWrite: boolean,
  limits: MmLimits,
): KernelThread<number> {
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    const vma = findVma(mm, addr);
    if (vma === undefined || vma.start > addr) return -Errno.ENOMEM;
    const isPermitted = (vma.flags & (isWrite ? VmFlag.WRITE : VmFlag.READ)) !== 0;
    if (!isPermitted || vma.flags & (VmFlag.PFNMAP | VmFlag.IO)) return -Errno.EINVAL;
    const status = yield* makePresent(env, vma, addr, isWrite, limits);
    if (status !== 0) return status;
  }
  return 0;
}
