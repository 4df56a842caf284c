/**
 * Schedule points: where a kernel thread can lose the CPU to another one.
 *
 * A path of the kernel that can sleep, spin or race is a generator. It yields a point *before* it
 * does what the point says, so that a scheduler knows what each thread is about to do, and may run
 * another one first. Points are made once per lock or cell and shared: a yield allocates nothing.
 *
 * A point says twice what it is about: as data in `of`, for programs, and as `label`, for people.
 */
export const PointKind = {
  /** Takes a lock for itself alone; waits while another thread has it. */
  LOCK: 0,
  /** Gives back what LOCK took. */
  UNLOCK: 1,
  /** Reads a plain cell. */
  LOAD: 2,
  /** Writes a plain cell. */
  STORE: 3,
  /** Reads and writes a cell in one step. */
  ATOMIC: 4,
  /** Asks the allocation gate. */
  ALLOC: 5,
  /** Offers the CPU to another thread. */
  RESCHED: 6,
  /** Waits for a completion, or for another condition that a second thread brings about. */
  WAIT: 7,
  /** As a reader of a semaphore: several readers do not touch each other. */
  LOCK_SHARED: 8,
  /** Gives back what LOCK_SHARED took. */
  UNLOCK_SHARED: 9,
  /** Stands in user space, before a system call or another entry into the kernel. */
  CALL: 10,
} as const;
export type PointKind = (typeof PointKind)[keyof typeof PointKind];

/** Sorts of things that a step can touch or wait for. */
export type SubjectKind =
  | "allocation"
  | "call"
  | "child"
  | "completion"
  | "counter"
  | "cpu"
  | "dump"
  | "entry"
  | "field"
  | "list"
  | "lock"
  | "page"
  | "signal"
  | "slot"
  | "split"
  | "thread"
  | "writeback";

/** What a step touches or waits for, as data: no name has to be taken apart to learn it. */
export interface Subject {
  /** What sort of thing it is. */
  readonly kind: SubjectKind;
  /** Name or number of what it belongs to; "" for what the machine has one of. */
  readonly owner: string;
  /** Which part of its owner it is, such as `_anon_rss` or `mmap_sem`. */
  readonly field: string;
  /** Only locks have a class. */
  readonly lockClass?: string;
}

/** In place of the object of a step that may touch anything: it depends on every other step. */
export const ANYTHING: object = Object.freeze({});

/**
 * What a thread is about to do, made once for each lock or cell.
 * @modelOnly a real CPU can lose control between any two instructions
 */
export interface SchedulePoint {
  /** What the step does. */
  readonly kind: PointKind;
  /** What the step touches: two steps with the same object may depend on each other's order. */
  readonly object: object;
  /**
   * Which parts of the object the step touches, compared with `===`; by default all of it. The
   * object of another point may be a part here, such as a lock: the step touches that, too.
   */
  readonly parts?: readonly unknown[];
  /** Further parts, which the step only looks at. None by default. */
  readonly reads?: readonly unknown[];
  /** Of a lock's point: all that its holder touches up to the unlock. By default anything. */
  readonly holds?: readonly unknown[];
  /** Whether two such steps on one object come to the same in either order. By default not. */
  readonly commutes?: boolean;
  /** What the step touches, for programs. A lock describes itself: read it before it moves on. */
  readonly of: Subject;
  /** What the step touches, for people. No program looks into it. */
  readonly label: string;
  /** False while the step cannot be taken: the lock is held, the condition is not there yet. */
  ready(): boolean;
  /**
   * The same point as the state is now: for a step that touches what it finds by what others may
   * change. Asked when it matters what the step touches. By default a point stays what it is.
   */
  renew?(): SchedulePoint;
}

/** A kernel path: yields where others may run, and returns what the kernel function returns. */
export type KernelThread<T> = Generator<SchedulePoint, T, void>;

const always = (): boolean => true;

/**
 * `mm1._anon_rss`, or `swap` where nothing owns it.
 * @modelOnly the kernel names no object
 */
export const subjectName = ({ owner, field }: Subject): string =>
  owner === "" ? field : `${owner}.${field}`;

/**
 * Makes a point that is always ready.
 * @modelOnly a scheduler's view of one instruction
 * @example
 * ```ts
 * import { makePoint, PointKind } from "@forkpath/sync";
 * const of = { kind: "counter", owner: "mm1", field: "_anon_rss" } as const;
 * const point = makePoint(PointKind.LOAD, {}, of);
 * console.log(point.label, point.ready()); // mm1._anon_rss true
 * ```
 */
export const makePoint = (
  kind: PointKind,
  object: object,
  of: Subject,
  label: string = subjectName(of),
): SchedulePoint => ({ kind, object, of, label, ready: always });
