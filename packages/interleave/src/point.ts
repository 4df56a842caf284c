/**
 * Points: where a thread can lose its turn to another one.
 *
 * A thread is a generator. It yields a point *before* the step that the point announces. The step
 * is all that the thread then does, up to its next point or its return. What it does before its
 * first point is no step: it happens when a run starts, in the order of the threads, and must touch
 * nothing that the threads share.
 */
export interface Point {
  /** What sort of step this is: numbers of the caller's own choosing. */
  readonly kind: number;
  /** What the step touches; compared by identity. */
  readonly object: object;
  /**
   * Which parts of the object; by default all of it. Compared by identity as well. The object of
   * another point may be a part here: the step touches that object, too. So may a part of another
   * object, such as what a lock guards.
   */
  readonly parts?: readonly unknown[];
  /** Further parts, which the step only looks at. None by default. */
  readonly reads?: readonly unknown[];
  /**
   * Of a step that takes a lock or gives it back: all that its holder touches in between, for
   * relations. By default anything.
   */
  readonly holds?: readonly unknown[];
  /** Whether two such steps on one object come to the same in either order. By default not. */
  readonly commutes?: boolean;
  /** The object's name, for people: no strategy looks into it. */
  readonly label: string;
  /** False while the step cannot be taken: a lock is held, a buffer empty. Changes nothing. */
  ready(): boolean;
  /**
   * The same point as the state is now: for a step that touches what it finds by what others may
   * change. Asked when it matters what the step touches. By default a point stays what it is.
   */
  renew?(): Point;
}

/** The code of one thread; what it returns is kept as the thread's result. */
export type ThreadBody<R = unknown> = Generator<Point, R, void>;

/** What a relation may look at: what a step touches, and what it does to it. */
export interface Footprint extends Pick<Point, "kind" | "object" | "label"> {
  /** As in `Point`. */
  readonly parts?: Point["parts"] | undefined;
  /** As in `Point`. */
  readonly reads?: Point["reads"] | undefined;
  /** As in `Point`. */
  readonly holds?: Point["holds"] | undefined;
  /** As in `Point`. */
  readonly commutes?: boolean;
}

/**
 * Whether the order of two steps of different threads can matter. Must be symmetric.
 *
 * True too often costs schedules. False where order matters makes `dpor` miss outcomes. A step that
 * lets another one go on depends on it, too. (Where just one step of the program can do that,
 * `dpor` sees it happen, and the relation may say false.)
 */
export type Dependence = (a: Footprint, b: Footprint) => boolean;

/**
 * Whether two steps that depend on each other, `earlier` and `later`, have their order for certain:
 * the earlier one lets the later one go on.
 */
export type Order = (earlier: Point, later: Point) => boolean;

/**
 * The usual relation: steps on one object depend on each other, unless both only read, both
 * commute, or they touch different parts of it.
 * @param readKinds kinds of points whose steps change nothing
 * @example
 * ```ts
 * import { sameObject } from "@forkpath/interleave";
 * const READ = 0;
 * const [object, label, ready] = [{}, "balance", () => true];
 * const dependent = sameObject([READ]);
 * const read = { kind: READ, object, label, ready };
 * console.log(dependent(read, read), dependent(read, { ...read, kind: 1 })); // false true
 * ```
 */
export function sameObject(readKinds: readonly number[] = []): Dependence {
  const isRead: boolean[] = [];
  for (const kind of readKinds) isRead[kind] = true;
  return (a, b) => {
    if (a.object !== b.object && !hasOthers(a) && !hasOthers(b)) return false;
    if (isRead[a.kind] && isRead[b.kind]) return false;
    if (a.commutes === true && b.commutes === true) return false;
    if (a.object === b.object) return meet(a, b);
    return isPartOf(a, b) || isPartOf(b, a) || (hasParts(a) && hasParts(b) && meet(a, b));
  };
}

const hasOthers = ({ parts, reads }: Footprint): boolean =>
  parts !== undefined || reads !== undefined;
const hasParts = ({ parts }: Footprint): boolean => parts !== undefined;

function meet(a: Footprint, b: Footprint): boolean {
  if (a.parts === undefined || b.parts === undefined) return true;
  return share(a.parts, b.parts) || share(a.parts, b.reads) || share(a.reads, b.parts);
}

type Parts = Point["parts"];
function share(a: Parts, b: Parts): boolean {
  if (a === undefined || b === undefined) return false;
  for (let at = 0; at < a.length; at++) if (isAmong(b, a[at])) return true;
  return false;
}

const isPartOf = ({ object }: Footprint, { parts, reads }: Footprint): boolean =>
  isAmong(parts, object) || isAmong(reads, object);

/** As `includes`, which is a call of its own: these lists have one item, or two. */
function isAmong(list: Parts, one: unknown): boolean {
  if (list === undefined) return false;
  for (let at = 0; at < list.length; at++) if (list[at] === one) return true;
  return false;
}
