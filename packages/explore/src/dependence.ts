/**
 * Which steps of kernel threads depend on each other: what `dpor` may leave out rests on it.
 *
 *     two loads, two readers of a semaphore       no: neither changes what the other one sees
 *     requests for memory, cond_resched, calls    no: see the README for what that misses
 *     one object, and a part that both touch      yes
 *     a part of memory, and the lock that it has  yes: what follows a lock may touch it at once
 *     several steps in one, and any other         yes: only the first one said what it touches
 */
import { type Dependence, sameObject } from "@forkpath/interleave";
import { PointKind } from "@forkpath/sync";

/** What a step touches that is several: only the first of them has been announced. */
export const SEVERAL_STEPS: object = Object.freeze({});

const isSame = sameObject([
  PointKind.LOAD,
  PointKind.ALLOC,
  PointKind.RESCHED,
  PointKind.CALL,
  PointKind.LOCK_SHARED,
  PointKind.UNLOCK_SHARED,
]);

export const kernelDependence: Dependence = (a, b) =>
  a.object === SEVERAL_STEPS || b.object === SEVERAL_STEPS || isSame(a, b);
