/**
 * MADV_REMOVE: a hole in the file behind a shared mapping. Its pages go from wherever they are
 * mapped; private copies stay.
 */

import { Errno, VmFlag } from "@forkpath/abi";
import { linearPageIndex } from "@forkpath/rmap";
import type { KernelThread } from "@forkpath/sync";
import { stopAtMemory } from "../machine/memory-stop.ts";
import { truncateInodePages } from "../page/page-cache.ts";
import { shmemTruncateSwap } from "../page/shmem.ts";
import type { MmEnv, Vma } from "../types.ts";
import { unmapMappingRange } from "../zap/unmap-mapping-range.ts";

/**
 * @returns 0; -EINVAL for locked memory, or without a file; -EACCES unless shared and writable, or
 *   to be made so
 * @kernel madvise_remove in mm/madvise.c
 */
export function* madviseRemove(
  env: MmEnv,
  vma: Vma,
  start: number,
  end: number,
): KernelThread<number> {
  const { file, flags } = vma;
  if (flags & VmFlag.LOCKED || file === null) return -Errno.EINVAL;
  const { removesFrom } = env.rules;
  if ((flags & removesFrom) !== removesFrom) return -Errno.EACCES;
  const first = linearPageIndex(vma, start);
  const last = linearPageIndex(vma, end);
  yield* unmapMappingRange(env, file, first, last - first, false);
  // A page that was on its way to another frame may have come back since.
  const unmap = (pgoff: number): KernelThread<void> =>
    unmapMappingRange(env, file, pgoff, 1, false);
  yield* truncateInodePages(env, file, first, last, unmap);
  if (file.isShmem) yield* stopAtMemory(env);
  shmemTruncateSwap(env, file, first, last);
  return 0;
}
