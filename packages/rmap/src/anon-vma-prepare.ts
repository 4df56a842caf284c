/**
 * A vma gets its first anon_vma, at its first write fault (SPEC §4.5).
 *
 * Two threads of one process can fault at once: both allocate, the locks let one of them through,
 * and the other frees what it brought.
 */
import { Errno } from "@forkpath/abi";
import {
  allocAtomic,
  allocSleeping,
  holding,
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  type SpinLock,
  type Sync,
  stopAt,
} from "@forkpath/sync";
import {
  type AnonVma,
  type AnonVmas,
  allocAnonVma,
  anonVmaChainLink,
  countUser,
  type RmapVma,
} from "./anon-vma.ts";
import { freeAnonVma } from "./anon-vma-refs.ts";

/** The kernel function that traces and lock reports name. */
const WHERE = "anon_vma_prepare";

/**
 * Makes sure that `vma` has an anon_vma: a neighbour's, else a new root.
 * @param pageTableLock that of the vma's mm, taken inside the root's lock
 * @param findMergeable the neighbour's anon_vma if it may be shared: see `findMergeableAnonVma`
 * @returns 0 or -ENOMEM; then the vma is as before
 * @kernel anon_vma_prepare in mm/rmap.c
 */
export function* anonVmaPrepare<V extends RmapVma>(
  sync: Sync,
  anonVmas: AnonVmas,
  vma: V,
  pageTableLock: SpinLock,
  findMergeable: (vma: V) => AnonVma | null,
): KernelThread<number> {
  if (sync.interleaved) yield* stopAt(sync, ownerLookPoint(vma));
  if (vma.anonVma !== null) return 0;
  const hasChain = sync.interleaved ? yield* allocSleeping(sync, "avc") : allocAtomic(sync, "avc");
  if (!hasChain) return -Errno.ENOMEM;
  if (sync.interleaved)
    yield* stopAt(sync, ownerPoint(PointKind.LOAD, vma, { reads: [ownersOf(pageTableLock)] }));
  const shared = findMergeable(vma);
  const anonVma = shared ?? (yield* allocRoot(sync, anonVmas));
  if (anonVma === null) return -Errno.ENOMEM;

  const setUnderBoth = holding(
    sync,
    pageTableLock,
    WHERE,
    setOwner(sync, vma, anonVma, pageTableLock),
  );
  const isSet = yield* holding(sync, anonVma.root.lock, WHERE, setUnderBoth);
  if (!isSet && shared === null) yield* freeAnonVma(sync, anonVmas, anonVma);
  return 0;
}

/**
 * A look at which anon_vma the vma has.
 * @modelOnly a scheduler's view of one instruction
 */
export const ownerLookPoint = (vma: RmapVma): SchedulePoint =>
  ownerPoint(PointKind.LOAD, vma, { reads: [vma] });

/** The vma is a part of its own: a step may look at it and at other things. */
const ownerPoint = (
  kind: PointKind,
  vma: RmapVma,
  touched: Pick<SchedulePoint, "parts" | "reads">,
): SchedulePoint => ({
  ...makePoint(kind, vma, { kind: "field", owner: "", field: "anon_vma" }),
  parts: [],
  ...touched,
});

/** Whose neighbours are asked for theirs. */
const ownersOf = ({ owner }: SpinLock): string => `anon_vmas of ${owner}`;

function* setOwner(
  sync: Sync,
  vma: RmapVma,
  anonVma: AnonVma,
  pageTableLock: SpinLock,
): KernelThread<boolean> {
  if (sync.interleaved) {
    const parts = [vma, ownersOf(pageTableLock)];
    yield* stopAt(sync, ownerPoint(PointKind.STORE, vma, { parts }));
  }
  return setUnlessSet(vma, anonVma);
}

/** False when another thread of the process was faster. */
function setUnlessSet(vma: RmapVma, anonVma: AnonVma): boolean {
  if (vma.anonVma !== null) return false;
  vma.anonVma = anonVma;
  anonVmaChainLink(vma, anonVma);
  countUser(anonVma, 1);
  return true;
}

function* allocRoot(sync: Sync, anonVmas: AnonVmas): KernelThread<AnonVma | null> {
  const isGranted = sync.interleaved
    ? yield* allocSleeping(sync, "anon_vma")
    : allocAtomic(sync, "anon_vma");
  return isGranted ? allocAnonVma(anonVmas, null) : null;
}
