/**
 * Which steps of kernel threads depend on each other: what `dpor` may leave out rests on it.
 *
 *     two loads, two readers of a semaphore       no: neither changes what the other one sees
 *     two atomic adds whose sums nobody looks at  no: they come to the same in either order
 *     requests for memory, cond_resched, calls    no: see the README for what that misses
 *     one object, and a part that both touch      yes
 *     a lock, and what is touched under it        no: other points tell of that
 *     several steps in one, and any other         yes: only the first one said what it touches
 */
import {
  type Dependence,
  type Footprint,
  type Order,
  type Point,
  sameObject,
} from "@forkpath/interleave";
import { ANYTHING, PointKind, type RwSem, type SpinLock } from "@forkpath/sync";

const isSame = sameObject([
  PointKind.LOAD,
  PointKind.ALLOC,
  PointKind.RESCHED,
  PointKind.CALL,
  PointKind.LOCK_SHARED,
  PointKind.UNLOCK_SHARED,
]);

/**
 * Whether the order of two steps may matter.
 * @modelOnly what exploration may leave out
 */
export const kernelDependence: Dependence = (a, b) =>
  a.object === ANYTHING || b.object === ANYTHING || isSame(a, b) || keepOut(a, b);

/** Of one lock, one of the two waits, whatever is done in between. */
const keepOut = (a: Footprint, b: Footprint): boolean =>
  a.object === b.object && a.holds !== undefined && b.holds !== undefined;

/**
 * Which of two such steps only keep each other out: the holds that they belong to have nothing in
 * common.
 * @modelOnly what exploration may leave out
 */
export const kernelApart: Dependence = (a, b) =>
  keepOut(a, b) && a.holds?.some((part) => b.holds?.includes(part)) === false;

/**
 * Which of two such steps have their order for certain: a lock that waits comes after the unlock
 * that lets it go on. A trylock does not wait, and neither does a waiter that may give up.
 */
export const kernelForced: Order = (a, b) => {
  const { object } = b;
  if (a.object !== object) return false;
  if (a.kind === PointKind.UNLOCK) return isWaiting(b, object as Partial<SpinLock & RwSem>);
  return a.kind === PointKind.UNLOCK_SHARED && b === (object as RwSem).writePoint;
};

const isWaiting = (point: Point, lock: Partial<SpinLock & RwSem>): boolean =>
  lock.isSpinning === true
    ? point.kind === PointKind.LOCK
    : point === lock.writePoint || point === lock.readPoint;
