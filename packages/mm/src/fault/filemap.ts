import { getPage, NO_PFN } from "@forkpath/rmap";
import { invariant, type KernelThread } from "@forkpath/sync";
import { allocPage } from "../page/alloc.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { addToPageCache, isPageOf } from "../page/page-cache.ts";
import { dropPage } from "../page/state.ts";
import {
  type FaultPage,
  type MappedFile,
  type MmEnv,
  type Vma,
  VmFault,
  type VmOps,
} from "../types.ts";

/** Memory ran out before the page was in the cache. */
const noPage = (code: number): FaultPage => ({ pfn: NO_PFN, code });

/**
 * The page, locked and with a reference for the caller.
 * @kernel filemap_fault in mm/filemap.c
 * @deviates No readahead, and a page of shared memory is never in swap.
 */
function* filemapFault(env: MmEnv, vma: Vma, pgoff: number): KernelThread<FaultPage> {
  const { file } = vma;
  invariant(file !== null, "file-mapping", "the mapping names no file");
  let code = 0;
  for (;;) {
    if (env.sync.interleaved) yield env.ptePoint;
    if (pgoff >= file.sizePages) return noPage(VmFault.SIGBUS);
    const cached = file.pages.get(pgoff);
    if (cached === undefined) {
      if (!(yield* readPage(env, file, pgoff))) return noPage(VmFault.OOM);
      if (!file.isShmem) code = VmFault.MAJOR;
      continue;
    }
    getPage(env.map, cached);
    yield* lockPage(env, cached);
    // The page can be truncated, and the file end before it, until the lock is ours.
    if (isPageOf(env, file, cached) && pgoff < file.sizePages) {
      return { pfn: cached, code: code | VmFault.LOCKED };
    }
    unlockPage(env, cached);
    dropPage(env, cached);
  }
}

/** Puts page `pgoff` in the cache, unless somebody else just did. @returns false without memory */
function* readPage(env: MmEnv, file: MappedFile, pgoff: number): KernelThread<boolean> {
  const fresh = yield* allocPage(env);
  if (fresh === NO_PFN) return false;
  if (env.sync.interleaved) yield env.ptePoint;
  if (!file.pages.has(pgoff)) addToPageCache(env, file, pgoff, fresh);
  dropPage(env, fresh);
  return true;
}

/** @kernel generic_file_vm_ops in mm/filemap.c, shmem_vm_ops in mm/shmem.c */
export const filemapVmOps: VmOps = { fault: filemapFault };
