/**
 * Schedule points: where a kernel thread can lose the CPU to another one.
 *
 * A path of the kernel that can sleep, spin or race is a generator. It yields a point *before* it
 * does what the point says, so that a scheduler knows what each thread is about to do, and may run
 * another one first. Points are made once per lock or cell and shared: a yield allocates nothing.
 */
export const PointKind = {
  LOCK: 0,
  UNLOCK: 1,
  LOAD: 2,
  STORE: 3,
  ATOMIC: 4,
  ALLOC: 5,
  RESCHED: 6,
  /** Waits for a completion, or another condition that some other thread brings about. */
  WAIT: 7,
  /** As a reader of a semaphore: those of several readers do not touch each other. */
  LOCK_SHARED: 8,
  UNLOCK_SHARED: 9,
} as const;
export type PointKind = (typeof PointKind)[keyof typeof PointKind];

export interface SchedulePoint {
  readonly kind: PointKind;
  /** What the step touches: two steps with the same object may depend on each other's order. */
  readonly object: object;
  /**
   * Which parts of the object, compared with `===`; all of it, if left out. A lock among them guards
   * what is touched: who has just taken it may touch that at once.
   */
  readonly parts?: readonly unknown[];
  /** Name of the object, for a witness that people read. */
  readonly label: string;
  /** False while the step cannot be taken: the lock is held, the condition is not there yet. */
  ready(): boolean;
}

/** A kernel path: yields where others may run, and returns what the kernel function returns. */
export type KernelThread<T> = Generator<SchedulePoint, T, void>;

const always = (): boolean => true;

/**
 * Makes a point that is always ready.
 * @modelOnly a scheduler's view of one instruction
 */
export const makePoint = (kind: PointKind, object: object, label: string): SchedulePoint => ({
  kind,
  object,
  label,
  ready: always,
});
