/**
 * Spinlocks, with the discipline that the kernel's lockdep would check.
 *
 * A lock knows its class and the nesting level (`subclass`) at which it was taken: two locks of
 * one class may be held together only with rising levels, as fork does with the child's and the
 * parent's page-table locks. Breaking a rule is an InvariantError that names both places.
 *
 * Most code holds a lock around a body: see holding.ts. Hot code takes it in two halves,
 * `if (!spinLockNow(...)) yield* spinLock(...)`, so that a free lock costs no generator.
 *
 * The steps behind a lock's points touch the lock alone: what a thread does under it stands behind
 * points of its own. A hold may say from its start what all of them touch (`HoldTerms`): two holds
 * that have nothing in common come to the same in either order.
 */
import { SyncEventClass } from "./events.ts";
import { InvariantError } from "./invariant.ts";
import { checkNesting } from "./nesting.ts";
import { goesOver } from "./passing.ts";
import {
  type KernelThread,
  PointKind,
  type SchedulePoint,
  type Subject,
  subjectName,
} from "./point.ts";
import { emitLock, emitUnlock, type HeldLock, type Sync, type Thread } from "./sync.ts";

/** What a hold touches, told when the lock is taken. Such a hold waits for nothing. */
export interface HoldTerms {
  /** All that is touched from the lock to the unlock, both steps included. */
  readonly touches: readonly unknown[];
  /** Of these, what the steps of the lock and of the unlock touch themselves. */
  readonly atOnce: readonly unknown[];
}

export interface SpinLock extends HeldLock {
  /** The lock of a pooled table moves on with it. */
  owner: string;
  /** The thread that has it; null while it is free. */
  holder: Thread | null;
  /** How often a thread found the lock taken. */
  contentions: number;
  /** What its holder has told; null for nothing. */
  terms: HoldTerms | null;
  /** Before spin_lock; ready while the lock is free. */
  readonly lockPoint: SchedulePoint;
  /** Before spin_unlock. */
  readonly unlockPoint: SchedulePoint;
}

class SpinPoint implements SchedulePoint {
  readonly kind: PointKind;
  readonly object: SpinLock;
  readonly parts?: readonly unknown[];
  readonly holds?: readonly unknown[];

  constructor(kind: PointKind, object: SpinLock, terms: HoldTerms | null = null) {
    this.kind = kind;
    this.object = object;
    if (terms === null) return;
    this.parts = terms.atOnce;
    this.holds = terms.touches;
  }

  get of(): Subject {
    return this.object;
  }

  get label(): string {
    return this.object.name;
  }

  ready(): boolean {
    return this.kind === PointKind.UNLOCK || this.object.holder === null;
  }
}

class SpinLockState implements SpinLock {
  readonly kind = "lock";
  holder: Thread | null = null;
  subclass = 0;
  where = "";
  owner: string;
  readonly field: string;
  readonly lockClass: string;
  readonly isSpinning = true;
  contentions = 0;
  terms: HoldTerms | null = null;
  // Made when a scheduler first asks: a large machine has a lock for each of its page tables. They
  // are no state: a machine that goes back keeps them.
  #lockPoint: SchedulePoint | null = null;
  #unlockPoint: SchedulePoint | null = null;

  constructor(lockClass: string, owner: string, field: string) {
    this.lockClass = lockClass;
    this.owner = owner;
    this.field = field;
  }

  get name(): string {
    return subjectName(this);
  }

  get lockPoint(): SchedulePoint {
    this.#lockPoint ??= new SpinPoint(PointKind.LOCK, this);
    return this.#lockPoint;
  }

  get unlockPoint(): SchedulePoint {
    if (this.terms !== null) return new SpinPoint(PointKind.UNLOCK, this, this.terms);
    this.#unlockPoint ??= new SpinPoint(PointKind.UNLOCK, this);
    return this.#unlockPoint;
  }
}

/** The point of a hold that tells what it touches. */
const lockPointOf = (lock: SpinLock, terms: HoldTerms | null): SchedulePoint =>
  terms === null ? lock.lockPoint : new SpinPoint(PointKind.LOCK, lock, terms);

/**
 * @param owner name of what has the lock, such as an mm; "" for a lock of the whole machine
 * @param field what its owner calls it
 * @kernel spin_lock_init in include/linux/spinlock.h
 * @example
 * ```ts
 * import { createSpinLock, createSync, spinLockNow, spinUnlockNow } from "@forkpath/sync";
 * const sync = createSync();
 * const lock = createSpinLock("page_table_lock", "mm1");
 * console.log(lock.name, spinLockNow(sync, lock, "copy_pte_range")); // mm1.page_table_lock true
 * spinUnlockNow(sync, lock, "copy_pte_range");
 * console.log(lock.holder); // null
 * ```
 */
export const createSpinLock = (
  lockClass: string,
  owner = "",
  field: string = lockClass,
): SpinLock => new SpinLockState(lockClass, owner, field);

/**
 * Takes the lock at once if it is free and no other thread could run now.
 * @returns false when the caller has to `yield*` to `spinLock` instead
 * @kernel _spin_lock_nested in kernel/spinlock.c
 */
export function spinLockNow(
  sync: Sync,
  lock: SpinLock,
  where: string,
  subclass = 0,
  terms: HoldTerms | null = null,
): boolean {
  if (sync.current.held.length > 0) checkNesting(sync, lock, subclass, where);
  if (sync.interleaved && !goesOver(sync.passing, lockPointOf(lock, terms))) return false;
  if (lock.holder !== null) return false;
  hold(sync, lock, where, subclass, terms);
  return true;
}

/**
 * Takes the lock, yielding its point until it is free.
 * @param terms what is touched under it, where that is known
 * @throws InvariantError inside a hold that told what it touches, and as `checkNesting`
 * @kernel spin_lock in include/linux/spinlock.h
 */
export function* spinLock(
  sync: Sync,
  lock: SpinLock,
  where: string,
  subclass = 0,
  terms: HoldTerms | null = null,
): KernelThread<void> {
  checkNesting(sync, lock, subclass, where);
  for (const held of sync.current.held) expectUntold(held, lock, where);
  const point = sync.interleaved ? lockPointOf(lock, terms) : null;
  if (point !== null && !goesOver(sync.passing, point)) yield point;
  while (lock.holder !== null) {
    lock.contentions++;
    yield point ?? lock.lockPoint;
  }
  hold(sync, lock, where, subclass, terms);
}

/**
 * Takes a lock whose holders never reach a schedule point: no other thread can find it held, so
 * the whole critical section is one step of every schedule. `swap_lock` and `mmlist_lock` are such.
 * @throws InvariantError when another thread holds it all the same
 * @kernel spin_lock in include/linux/spinlock.h
 */
export function takeLeafLock(sync: Sync, lock: SpinLock, where: string): void {
  if (lock.holder !== null && lock.holder !== sync.current) {
    throw new InvariantError(
      "leaf-lock",
      `${where} finds ${lock.name} held by ${lock.holder.name} in ${lock.where}`,
    );
  }
  take(sync, lock, where);
}

/**
 * Takes the lock if it is free, and never waits.
 * @kernel spin_trylock in include/linux/spinlock.h
 */
export function spinTrylock(sync: Sync, lock: SpinLock, where: string): boolean {
  if (lock.holder !== null) {
    lock.contentions++;
    return false;
  }
  take(sync, lock, where);
  return true;
}

/**
 * Gives the lock back. In a generator, hot code has a stop at `lock.unlockPoint` before it: see
 * passing.ts.
 * @throws InvariantError when the running thread does not hold it
 * @kernel spin_unlock in include/linux/spinlock.h
 */
export function spinUnlockNow(sync: Sync, lock: SpinLock, where: string): void {
  const { holder } = lock;
  if (holder !== sync.current) {
    const whose = holder === null ? "nobody holds" : `${holder.name} (${lock.where}) holds`;
    throw new InvariantError(
      "unlock-not-held",
      `${where} of ${sync.current.name} releases ${lock.name}, which ${whose}`,
    );
  }
  lock.holder = null;
  lock.terms = null;
  const { held } = sync.current;
  if (held[held.length - 1] === lock) held.pop();
  else held.splice(held.indexOf(lock), 1);
  if (sync.traced & SyncEventClass.LOCK) emitUnlock(sync, lock, where);
}

/**
 * Gives a lock back that another function took, as a schedule point of its own.
 * @kernel spin_unlock in include/linux/spinlock.h
 */
export function* spinUnlock(sync: Sync, lock: SpinLock, where: string): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
  spinUnlockNow(sync, lock, where);
}

/** A hold that told what it touches has to come to its end without another thread. */
function expectUntold(held: HeldLock & { terms?: unknown }, lock: SpinLock, where: string): void {
  if ((held.terms ?? null) === null) return;
  const text = `${where} may wait for ${lock.name} inside ${held.name} of ${held.where}`;
  throw new InvariantError("told-hold-waits", `${text}, which told all that it touches`);
}

/** Without a wait, and without terms. */
function take(sync: Sync, lock: SpinLock, where: string): void {
  checkNesting(sync, lock, 0, where);
  hold(sync, lock, where, 0, null);
}

function hold(
  sync: Sync,
  lock: SpinLock,
  where: string,
  subclass: number,
  terms: HoldTerms | null,
): void {
  lock.holder = sync.current;
  lock.terms = terms;
  lock.subclass = subclass;
  lock.where = where;
  sync.current.held.push(lock);
  if (sync.traced & SyncEventClass.LOCK) emitLock(sync, lock, where);
}
