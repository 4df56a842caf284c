/**
 * Which steps of kernel threads depend on each other: what `dpor` may leave out rests on it.
 *
 *     two loads, two readers of a semaphore       no: neither changes what the other one sees
 *     requests for memory, cond_resched           no: see the README for what that misses
 *     one object, and a part that both touch      yes
 *     a part of memory, and the lock that it has  yes: what follows a lock may touch it at once
 */
import { type Dependence, sameObject } from "@forkpath/interleave";
import { PointKind } from "@forkpath/sync";

export const kernelDependence: Dependence = sameObject([
  PointKind.LOAD,
  PointKind.ALLOC,
  PointKind.RESCHED,
  PointKind.LOCK_SHARED,
  PointKind.UNLOCK_SHARED,
]);
