/**
 * Which steps of kernel threads depend on each other: what `dpor` may leave out rests on it.
 *
 * Steps on different objects commute, and so do two loads. Requests for memory commute while there
 * is enough of it, and cond_resched touches nothing.
 */
import { type Dependence, sameObject } from "@forkpath/interleave";
import { PointKind } from "@forkpath/sync";

export const kernelDependence: Dependence = sameObject([
  PointKind.LOAD,
  PointKind.ALLOC,
  PointKind.RESCHED,
]);
