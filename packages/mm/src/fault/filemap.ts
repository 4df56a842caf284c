/**
 * What files and shared memory answer to a fault: the page from the cache, else a new one.
 *
 *    page           file                  shared memory
 *    cached         minor                 minor
 *    in swap        -                     read in: MAJOR; in the swap cache still: minor
 *    not cached     read in: MAJOR        a page of zeroes: minor; SIGBUS if it may not be promised
 *    past the end   SIGBUS                SIGBUS
 */
import type { Pfn, SwpEntry } from "@forkpath/abi";
import { getPage, NO_PFN, PageFlag } from "@forkpath/rmap";
import { entryPteHigh, entryPteLow } from "@forkpath/swap";
import { invariant, type KernelThread } from "@forkpath/sync";
import { stopToPromise, stopToReturn } from "../machine/commit-point.ts";
import { stopAtMemory, stopAtSlots } from "../machine/memory-stop.ts";
import { shmemAcctBlock, shmemUnacctBlock } from "../machine/shmem-charge.ts";
import { allocPage } from "../page/alloc.ts";
import { lockPage, unlockPage } from "../page/lock.ts";
import { addToPageCache, isPageOf } from "../page/page-cache.ts";
import { shmemTakeBack } from "../page/shmem.ts";
import { dropPage } from "../page/state.ts";
import { lookupSwapCache } from "../page/swap-cache.ts";
import { readSwapCacheAsync } from "../page/swap-read.ts";
import {
  type FaultPage,
  type MappedFile,
  type MmEnv,
  type MmLimits,
  VM_FAULT_ERROR,
  type Vma,
  VmFault,
  type VmOps,
} from "../types.ts";

/** Memory ran out, or was not promised, before the page was in the cache. */
const noPage = (code: number): FaultPage => ({ pfn: NO_PFN, code });

/**
 * The page, locked and with a reference for the caller.
 * @kernel filemap_fault in mm/filemap.c, shmem_fault in mm/shmem.c
 * @deviates No readahead.
 */
function* filemapFault(
  env: MmEnv,
  vma: Vma,
  pgoff: number,
  limits: MmLimits,
): KernelThread<FaultPage> {
  const { file } = vma;
  invariant(file !== null, "file-mapping", "the mapping names no file");
  let code = 0;
  for (;;) {
    yield* stopAtMemory(env);
    if (pgoff >= file.sizePages) return noPage(VmFault.SIGBUS);
    const cached = file.pages.get(pgoff);
    if (cached === undefined) {
      const brought = file.isShmem
        ? yield* shmemGetpage(env, vma, file, pgoff, limits)
        : yield* readPage(env, file, pgoff);
      if (brought & VM_FAULT_ERROR) return noPage(brought);
      code |= brought;
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

/** Reads page `pgoff` from the disk. @returns MAJOR or OOM */
function* readPage(env: MmEnv, file: MappedFile, pgoff: number): KernelThread<number> {
  const fresh = yield* allocPage(env);
  if (fresh === NO_PFN) return VmFault.OOM;
  yield* addUnlessCached(env, file, pgoff, fresh);
  return VmFault.MAJOR;
}

/** Puts the fresh page in the cache, unless another thread just has. @returns whether it did */
function* addUnlessCached(
  env: MmEnv,
  file: MappedFile,
  pgoff: number,
  fresh: Pfn,
): KernelThread<boolean> {
  yield* stopAtMemory(env);
  const isMissing = !file.pages.has(pgoff) && !file.swapped.has(pgoff);
  if (isMissing) addToPageCache(env, file, pgoff, fresh);
  dropPage(env, fresh);
  return isMissing;
}

/**
 * Brings page `pgoff` of shared memory into the cache, from swap or as zeroes, unless another
 * thread is faster.
 * @returns MAJOR if it was read, 0, SIGBUS if it may not be promised, OOM or HWPOISON
 * @kernel shmem_getpage in mm/shmem.c
 */
function* shmemGetpage(
  env: MmEnv,
  { mm }: Vma,
  file: MappedFile,
  pgoff: number,
  { isAdmin }: MmLimits,
): KernelThread<number> {
  const entry = file.swapped.get(pgoff);
  if (entry !== undefined) return yield* shmemSwapin(env, file, pgoff, entry);
  if (file.isChargedByPage) yield* stopToPromise(env, mm, 1, isAdmin);
  if (!shmemAcctBlock(env, file, mm, isAdmin)) return VmFault.SIGBUS;
  const fresh = yield* allocPage(env);
  const isOurs = fresh !== NO_PFN && (yield* addUnlessCached(env, file, pgoff, fresh));
  if (isOurs) return 0;
  if (file.isChargedByPage) yield* stopToReturn(env, 1);
  shmemUnacctBlock(env, file);
  return fresh === NO_PFN ? VmFault.OOM : 0;
}

function* shmemSwapin(
  env: MmEnv,
  file: MappedFile,
  pgoff: number,
  entry: SwpEntry,
): KernelThread<number> {
  const low = entryPteLow(entry);
  const high = entryPteHigh(entry);
  let code = 0;
  yield* stopAtSlots(env);
  let page = lookupSwapCache(env, low, high);
  if (page === NO_PFN) {
    page = yield* readSwapCacheAsync(env, low, high);
    if (page === NO_PFN) return file.swapped.get(pgoff) === entry ? VmFault.OOM : 0;
    code = VmFault.MAJOR;
  }
  yield* lockPage(env, page);
  if (env.map.flags[page] & PageFlag.HWPOISON) code = VmFault.HWPOISON;
  else shmemTakeBack(env, file, pgoff, entry, page);
  unlockPage(env, page);
  dropPage(env, page);
  return code;
}

/** @kernel generic_file_vm_ops in mm/filemap.c, shmem_vm_ops in mm/shmem.c */
export const filemapVmOps: VmOps = { fault: filemapFault, mapsAround: true };
