/**
 * Spinlocks, with the discipline that the kernel's lockdep would check.
 *
 * A lock knows its class and the nesting level (`subclass`) at which it was taken: two locks of
 * one class may be held together only with rising levels, as fork does with the child's and the
 * parent's page-table locks. Breaking a rule is an InvariantError that names both places.
 *
 * Most code holds a lock around a body: see holding.ts. Hot code takes it in two halves,
 * `if (!spinLockNow(...)) yield* spinLockWait(...)`, so that a free lock costs no generator.
 */
import { SyncEventClass } from "./events.ts";
import { InvariantError } from "./invariant.ts";
import { checkNesting } from "./nesting.ts";
import { type KernelThread, PointKind, type SchedulePoint } from "./point.ts";
import { emit, type HeldLock, type Sync, type Thread } from "./sync.ts";

export interface SpinLock extends HeldLock {
  name: string;
  owner: Thread | null;
  /** How often a thread found the lock taken. */
  contentions: number;
  readonly lockPoint: SchedulePoint;
  readonly unlockPoint: SchedulePoint;
}

class SpinPoint implements SchedulePoint {
  readonly kind: PointKind;
  readonly object: SpinLock;

  constructor(kind: PointKind, object: SpinLock) {
    this.kind = kind;
    this.object = object;
  }

  get label(): string {
    return this.object.name;
  }

  ready(): boolean {
    return this.kind === PointKind.UNLOCK || this.object.owner === null;
  }
}

class SpinLockState implements SpinLock {
  owner: Thread | null = null;
  subclass = 0;
  where = "";
  name: string;
  readonly lockClass: string;
  readonly isSpinning = true;
  contentions = 0;
  // Made when a scheduler first asks: a large machine has a lock for each of its page tables.
  private lockPointMade: SchedulePoint | null = null;
  private unlockPointMade: SchedulePoint | null = null;

  constructor(lockClass: string, name: string) {
    this.lockClass = lockClass;
    this.name = name;
  }

  get lockPoint(): SchedulePoint {
    this.lockPointMade ??= new SpinPoint(PointKind.LOCK, this);
    return this.lockPointMade;
  }

  get unlockPoint(): SchedulePoint {
    this.unlockPointMade ??= new SpinPoint(PointKind.UNLOCK, this);
    return this.unlockPointMade;
  }
}

/** @kernel spin_lock_init in include/linux/spinlock.h */
export const createSpinLock = (lockClass: string, name: string = lockClass): SpinLock =>
  new SpinLockState(lockClass, name);

/**
 * Takes the lock at once if nobody holds it and nobody else could run now.
 * @returns false when the caller has to `yield*` to `spinLockWait` instead
 * @kernel _spin_lock_nested in kernel/spinlock.c
 */
export function spinLockNow(sync: Sync, lock: SpinLock, where: string, subclass = 0): boolean {
  if (sync.interleaved || lock.owner !== null) return false;
  take(sync, lock, where, subclass);
  return true;
}

/**
 * Takes the lock, yielding its point until it is free.
 * @kernel _spin_lock_nested in kernel/spinlock.c
 */
export function* spinLockWait(
  sync: Sync,
  lock: SpinLock,
  where: string,
  subclass = 0,
): KernelThread<true> {
  checkNesting(sync, lock, subclass, where);
  if (sync.interleaved) yield lock.lockPoint;
  while (lock.owner !== null) {
    lock.contentions++;
    yield lock.lockPoint;
  }
  take(sync, lock, where, subclass);
  return true;
}

/**
 * `spinLockNow`, else `spinLockWait`: for a lock that another function gives back.
 * @kernel spin_lock in include/linux/spinlock.h
 */
export function* spinLock(
  sync: Sync,
  lock: SpinLock,
  where: string,
  subclass = 0,
): KernelThread<void> {
  if (!spinLockNow(sync, lock, where, subclass)) yield* spinLockWait(sync, lock, where, subclass);
}

/**
 * Takes a lock whose holders never reach a schedule point: nobody can be found inside, so the
 * whole critical section is one step of every schedule. `swap_lock` and `mmlist_lock` are such.
 * @throws InvariantError when somebody holds it all the same
 * @kernel spin_lock in include/linux/spinlock.h
 */
export function spinLockLeaf(sync: Sync, lock: SpinLock, where: string): void {
  if (lock.owner !== null && lock.owner !== sync.current) {
    throw new InvariantError(
      "leaf-lock",
      `${where} finds ${lock.name} held by ${lock.owner.name} in ${lock.where}`,
    );
  }
  take(sync, lock, where, 0);
}

/**
 * Takes the lock if it is free, and never waits.
 * @kernel spin_trylock in include/linux/spinlock.h
 */
export function spinTrylock(sync: Sync, lock: SpinLock, where: string): boolean {
  if (lock.owner !== null) {
    lock.contentions++;
    return false;
  }
  take(sync, lock, where, 0);
  return true;
}

/**
 * Gives the lock back. In a generator, hot code writes
 * `if (sync.interleaved) yield lock.unlockPoint;` before it.
 * @throws InvariantError when the running thread does not hold it
 * @kernel spin_unlock in include/linux/spinlock.h
 */
export function spinUnlock(sync: Sync, lock: SpinLock, where: string): void {
  if (lock.owner !== sync.current) {
    const holder =
      lock.owner === null ? "nobody holds" : `${lock.owner.name} (${lock.where}) holds`;
    throw new InvariantError(
      "unlock-not-held",
      `${where} of ${sync.current.name} releases ${lock.name}, which ${holder}`,
    );
  }
  lock.owner = null;
  const { held } = sync.current;
  if (held[held.length - 1] === lock) held.pop();
  else held.splice(held.indexOf(lock), 1);
  if (sync.traced & SyncEventClass.LOCK) emit(sync, { kind: "unlock", lock: lock.name, where });
}

/**
 * Gives a lock back that another function took, as a schedule point of its own.
 * @kernel spin_unlock in include/linux/spinlock.h
 */
export function* spinUnlockStep(sync: Sync, lock: SpinLock, where: string): KernelThread<void> {
  if (sync.interleaved) yield lock.unlockPoint;
  spinUnlock(sync, lock, where);
}

function take(sync: Sync, lock: SpinLock, where: string, subclass: number): void {
  if (sync.current.held.length > 0) checkNesting(sync, lock, subclass, where);
  lock.owner = sync.current;
  lock.subclass = subclass;
  lock.where = where;
  sync.current.held.push(lock);
  if (sync.traced & SyncEventClass.LOCK) emit(sync, { kind: "lock", lock: lock.name, where });
}
