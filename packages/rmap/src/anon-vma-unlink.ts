/**
 * A vma leaves the graph, at unmap, exit, or after a fork that failed half-way (SPEC §4.5).
 *
 * Two phases: under the root's lock the links go; after it, the anon_vmas that they left empty.
 * A root is emptied together with its last descendants, but they still hold it then: it goes when
 * the last of them lets go.
 *
 * The lock is taken in halves here: an exit comes by once for each area.
 */
import {
  goesOver,
  invariant,
  type KernelThread,
  type Sync,
  spinLock,
  spinLockNow,
  spinUnlockNow,
} from "@forkpath/sync";
import {
  type AnonVma,
  type AnonVmas,
  countUser,
  type RmapVma,
  unlinkSameAnonVma,
} from "./anon-vma.ts";
import { freeAnonVma } from "./anon-vma-refs.ts";

/**
 * Removes every link of `vma`, and frees what nobody needs any more. `vma.anonVma` stays as it is,
 * as in the kernel: the vma is about to be freed.
 * @throws InvariantError when an anon_vma is left empty while something still counts on it
 * @kernel unlink_anon_vmas in mm/rmap.c
 */
export function* unlinkAnonVmas(sync: Sync, anonVmas: AnonVmas, vma: RmapVma): KernelThread<void> {
  const where = "unlink_anon_vmas";
  if (vma.anonVmaChain.length === 0) return;
  const { lock } = vma.anonVmaChain[0].anonVma.root;
  if (!spinLockNow(sync, lock, where)) yield* spinLock(sync, lock, where);
  const emptied = unlinkChains(vma);
  if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
  spinUnlockNow(sync, lock, where);

  for (const anonVma of emptied) {
    invariant(
      anonVma.degree === 0,
      "anon-vma-degree",
      `${where} leaves anon_vma${anonVma.id} empty with degree ${anonVma.degree}`,
    );
    yield* freeAnonVma(sync, anonVmas, anonVma);
  }
}

/** Newest link first. @returns the anon_vmas that no vma is linked to and nothing holds any more */
function unlinkChains(vma: RmapVma): AnonVma[] {
  const emptied: AnonVma[] = [];
  for (let chain = vma.anonVmaChain.pop(); chain !== undefined; chain = vma.anonVmaChain.pop()) {
    const { anonVma } = chain;
    unlinkSameAnonVma(chain);
    if (anonVma.chains.length > 0) continue;
    anonVma.parent.degree--;
    if (anonVma.refcount === 0) emptied.push(anonVma);
  }
  if (vma.anonVma !== null) countUser(vma.anonVma, -1);
  return emptied;
}
