/**
 * How long an anon_vma lives (SPEC §4.5): while vmas are linked to it, or somebody outside of the
 * graph holds it. Each descendant holds its root that way, because the root has the lock.
 */
import {
  holding,
  invariant,
  type KernelThread,
  makePoint,
  NO_STOPS,
  PointKind,
  type SchedulePoint,
  type Stops,
  type Sync,
  stopAt,
} from "@forkpath/sync";
import type { AnonVma, AnonVmas } from "./anon-vma.ts";

/**
 * Holds `anonVma` although the caller has no vma on it: KSM, migration.
 * @kernel get_anon_vma in include/linux/rmap.h
 */
export function getAnonVma(anonVma: AnonVma): void {
  anonVma.refcount++;
}

/**
 * Before `getAnonVma`: two that take a reference do so in either order.
 * @param reads what the step looks at besides
 * @modelOnly a scheduler's view of one instruction
 */
export const stopToGet = (sync: Sync, anonVma: AnonVma, ...reads: readonly unknown[]): Stops =>
  sync.interleaved
    ? stopAt(sync, { ...refsPoint(anonVma), parts: [anonVma], reads, commutes: true })
    : NO_STOPS;

const refsPoint = (anonVma: AnonVma): SchedulePoint =>
  makePoint(PointKind.ATOMIC, anonVma, { kind: "field", owner: "", field: "anon_vma refcount" });

/**
 * Lets go of what `getAnonVma` held; frees the anon_vma if no vma is linked to it either.
 * @throws InvariantError when nobody held it
 * @kernel drop_anon_vma in mm/rmap.c
 */
export function* putAnonVma(sync: Sync, anonVmas: AnonVmas, anonVma: AnonVma): KernelThread<void> {
  const where = "drop_anon_vma";
  if (sync.interleaved) yield* stopAt(sync, refsPoint(anonVma));
  invariant(anonVma.refcount > 0, "anon-vma-not-held", `${where} of anon_vma${anonVma.id}`);
  if (anonVma.refcount > 1) {
    anonVma.refcount--;
    return;
  }
  // The step to zero is taken under the lock, so that unlink_anon_vmas sees it before or after.
  const isUnused = yield* holding(sync, anonVma.root.lock, where, () => {
    anonVma.refcount--;
    return anonVma.refcount === 0 && anonVma.chains.length === 0;
  });
  if (isUnused) yield* freeAnonVma(sync, anonVmas, anonVma);
}

/**
 * Forgets an anon_vma that nobody links to or holds, and lets go of its root.
 * @kernel anon_vma_free in mm/rmap.c
 */
export function* freeAnonVma(sync: Sync, anonVmas: AnonVmas, anonVma: AnonVma): KernelThread<void> {
  anonVmas.live.delete(anonVma.id);
  if (anonVma.root !== anonVma) yield* putAnonVma(sync, anonVmas, anonVma.root);
}
