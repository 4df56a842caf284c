/**
 * A vma is copied: the copy is linked to every anon_vma whose pages it may have inherited, and at
 * fork gets one of its own for the pages it will fault in (SPEC §4.5).
 *
 *    before        P: [A]                 A: P
 *    after fork    P: [A]   C: [A B]      A: P C     B: C (parent A)
 *
 * An ancestor's anon_vma that hardly anybody uses is taken instead of a new one:
 * else a process that forks and lets the parent die, again and again, would grow without bound.
 *
 * Locks are taken in halves here: a fork comes by once for each area, twice where it is written to.
 */
import { Errno } from "@forkpath/abi";
import {
  allocAtomic,
  allocSleeping,
  countCalls,
  goesOver,
  type KernelThread,
  type Sync,
  spinLock,
  spinLockNow,
  spinUnlockNow,
} from "@forkpath/sync";
import {
  type AnonVmas,
  allocAnonVma,
  anonVmaChainLink,
  countUser,
  type RmapVma,
} from "./anon-vma.ts";
import { getAnonVma, stopToGet } from "./anon-vma-refs.ts";
import { unlinkAnonVmas } from "./anon-vma-unlink.ts";

/**
 * Links `dst` to all that `src` is linked to, oldest first, and counts `dst` on its anon_vma.
 *
 * With `dst.anonVma` null (fork) an ancestor's may be reused; otherwise (split, merge) `dst` keeps
 * the one it has. Requires that `src` cannot lose links meanwhile: its mmap_sem is held.
 * @returns 0 or -ENOMEM; then `dst` has no link and no anon_vma
 * @kernel anon_vma_clone in mm/rmap.c
 */
export function* anonVmaClone(
  sync: Sync,
  anonVmas: AnonVmas,
  dst: RmapVma,
  src: RmapVma,
): KernelThread<number> {
  const where = "anon_vma_clone";
  countCalls(sync, where, 1);
  if (src.anonVmaChain.length === 0) return 0;
  const { lock } = src.anonVmaChain[0].anonVma.root;
  if (!spinLockNow(sync, lock, where)) yield* spinLock(sync, lock, where);
  for (const { anonVma } of src.anonVmaChain) {
    if (!allocAtomic(sync, "avc")) {
      // Under the lock it cannot sleep for memory: once more without.
      if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
      spinUnlockNow(sync, lock, where);
      if (!(yield* allocChain(sync))) {
        dst.anonVma = null;
        yield* unlinkAnonVmas(sync, anonVmas, dst);
        return -Errno.ENOMEM;
      }
      if (!spinLockNow(sync, lock, where)) yield* spinLock(sync, lock, where);
    }
    anonVmaChainLink(dst, anonVma);
    const isReusable = anonVma !== src.anonVma && anonVmas.mayReuse(anonVma);
    if (dst.anonVma === null && isReusable) dst.anonVma = anonVma;
  }
  if (dst.anonVma !== null) countUser(dst.anonVma, 1);
  if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
  spinUnlockNow(sync, lock, where);
  return 0;
}

/**
 * Gives the child's copy of a vma its place in the graph.
 * @returns 0 or -ENOMEM; then the child has no link and no anon_vma
 * @kernel anon_vma_fork in mm/rmap.c
 * @example
 * ```ts
 * import { anonVmaFork, anonVmaPrepare, createAnonVmas } from "@forkpath/rmap";
 * import { createSpinLock, createSync, runToCompletion } from "@forkpath/sync";
 * const [sync, anonVmas] = [createSync(), createAnonVmas()];
 * const parent = { anonVma: null, anonVmaChain: [] };
 * const child = { anonVma: null, anonVmaChain: [] };
 * const lock = createSpinLock("page_table_lock");
 * runToCompletion(anonVmaPrepare(sync, anonVmas, parent, lock, () => null));
 * console.log(runToCompletion(anonVmaFork(sync, anonVmas, child, parent))); // 0
 * console.log(child.anonVmaChain.length); // 2
 * ```
 */
export function* anonVmaFork(
  sync: Sync,
  anonVmas: AnonVmas,
  childVma: RmapVma,
  parentVma: RmapVma,
): KernelThread<number> {
  const parent = parentVma.anonVma;
  childVma.anonVma = null;
  if (parent === null) return 0;
  const status = yield* anonVmaClone(sync, anonVmas, childVma, parentVma);
  if (status !== 0) return status;
  if (childVma.anonVma !== null) return 0;
  const isGranted = (yield* allocOwn(sync)) && (yield* allocChain(sync));
  if (!isGranted) {
    yield* unlinkAnonVmas(sync, anonVmas, childVma);
    return -Errno.ENOMEM;
  }

  const where = "anon_vma_fork";
  const own = allocAnonVma(anonVmas, parent);
  yield* stopToGet(sync, own.root);
  getAnonVma(own.root);
  childVma.anonVma = own;
  const { lock } = own.root;
  if (!spinLockNow(sync, lock, where)) yield* spinLock(sync, lock, where);
  anonVmaChainLink(childVma, own);
  own.numActiveVmas++; // in its degree from the start
  parent.degree++;
  if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
  spinUnlockNow(sync, lock, where);
  return 0;
}

function* allocChain(sync: Sync): KernelThread<boolean> {
  return sync.interleaved ? yield* allocSleeping(sync, "avc") : allocAtomic(sync, "avc");
}

function* allocOwn(sync: Sync): KernelThread<boolean> {
  return sync.interleaved ? yield* allocSleeping(sync, "anon_vma") : allocAtomic(sync, "anon_vma");
}
