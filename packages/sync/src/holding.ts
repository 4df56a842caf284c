/**
 * A lock around a body: the one way to hold a lock.
 *
 *     yield* holding(sync, ptl, "change_pte_range", changeSpan(env, vma, span));
 *     yield* writing(sync, mm.mmapSem, "sys_munmap", doMunmap(env, mm, start, length));
 *
 * The body is a generator that has not begun, or a plain function if it reaches no schedule point.
 * It begins when the lock is taken, and the lock is given back when it returns, so a body returns
 * early wherever it likes. What its caller passes to it is read before the lock is taken: what the
 * lock guards, the body reads itself.
 *
 * A body that throws keeps the lock. Only a KernelBug or an InvariantError is thrown inside the
 * model: the thread that met it is dead, and the locks that it held stay held. A thread that the
 * scheduler abandons is never resumed, which leaves them held too.
 *
 * A lock that changes hands (one function takes it, another gives it back, or it is given back for
 * a while) is taken with `spinLock` and given back with `spinUnlock`. A path that is run once
 * for each page, table or area takes the halves of spinlock.ts: a generator costs more than its
 * work.
 */
import { goesOver } from "./passing.ts";
import type { KernelThread } from "./point.ts";
import { downRead, downWrite, type RwSem, upRead, upWrite } from "./rwsem.ts";
import { type HoldTerms, type SpinLock, spinLock, spinLockNow, spinUnlockNow } from "./spinlock.ts";
import type { Sync } from "./sync.ts";

/** What is done under a lock. */
export type Held<T> = KernelThread<T> | (() => T);

/**
 * Runs `body` under a spinlock.
 * @param lock null: the caller has no lock to take, and the body runs as it is
 * @param subclass nesting level among locks of one class
 * @param terms what is touched under it, where that is known
 * @returns what the body returns
 * @throws InvariantError for a lock taken twice, or nested in its class without a rising level
 * @kernel spin_lock_nested and spin_unlock in include/linux/spinlock.h
 */
export function* holding<T>(
  sync: Sync,
  lock: SpinLock | null,
  where: string,
  body: Held<T>,
  subclass = 0,
  terms: HoldTerms | null = null,
): KernelThread<T> {
  if (lock === null) return typeof body === "function" ? body() : yield* body;
  if (!spinLockNow(sync, lock, where, subclass, terms))
    yield* spinLock(sync, lock, where, subclass, terms);
  const value = typeof body === "function" ? body() : yield* body;
  if (sync.interleaved && !goesOver(sync.passing, lock.unlockPoint)) yield lock.unlockPoint;
  spinUnlockNow(sync, lock, where);
  return value;
}

/**
 * Runs a `body` that reaches no schedule point under a spinlock, in one step with taking it.
 * @param touches what that step touches, and the one behind the unlock
 * @returns what the body returns
 * @throws InvariantError for a lock taken twice, or nested in its class
 * @kernel spin_lock and spin_unlock in include/linux/spinlock.h
 */
export const holdingAtOnce = <T>(
  sync: Sync,
  lock: SpinLock,
  where: string,
  body: () => T,
  touches: readonly unknown[],
): KernelThread<T> => holding(sync, lock, where, body, 0, { touches, atOnce: touches });

/**
 * Runs `body` as the one writer of a semaphore.
 * @param subclass nesting level among semaphores of one class
 * @returns what the body returns
 * @throws InvariantError for a semaphore taken twice, or nested without a rising level
 * @kernel down_write_nested and up_write in kernel/rwsem.c
 */
export function* writing<T>(
  sync: Sync,
  sem: RwSem,
  where: string,
  body: Held<T>,
  subclass = 0,
): KernelThread<T> {
  yield* downWrite(sync, sem, where, subclass);
  const value = typeof body === "function" ? body() : yield* body;
  yield* upWrite(sync, sem, where);
  return value;
}

/**
 * Runs `body` as one of the readers of a semaphore.
 * @returns what the body returns
 * @throws InvariantError for a semaphore taken twice, or nested in its class
 * @kernel down_read and up_read in kernel/rwsem.c
 */
export function* reading<T>(sync: Sync, sem: RwSem, where: string, body: Held<T>): KernelThread<T> {
  yield* downRead(sync, sem, where);
  const value = typeof body === "function" ? body() : yield* body;
  yield* upRead(sync, sem, where);
  return value;
}
