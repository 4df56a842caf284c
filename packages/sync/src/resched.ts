/**
 * The questions that long loops ask: should this thread let others run, does one want its lock?
 *
 * Both are constant 0 in the reference configuration on an idle machine. A test or a vector
 * scripts the answers through `Sync`, and counts the calls itself.
 */
import { SyncEventClass } from "./events.ts";
import { InvariantError } from "./invariant.ts";
import { goesOver } from "./passing.ts";
import { type KernelThread, makePoint, PointKind, type Subject } from "./point.ts";
import type { SpinLock } from "./spinlock.ts";
import { NO_STOPS, type Stops, stopsHere } from "./stop.ts";
import { emit, type HeldLock, type Sync } from "./sync.ts";

/** @kernel need_resched in include/linux/sched.h */
export function needResched(sync: Sync): boolean {
  const answer = sync.needResched?.() ?? false;
  if (sync.traced & SyncEventClass.SCHED) emit(sync, { kind: "need_resched", answer });
  return answer;
}

/** @kernel spin_needbreak in include/linux/sched.h */
export function spinNeedbreak(sync: Sync, lock: SpinLock): boolean {
  const answer = sync.spinNeedbreak?.(lock) ?? false;
  if (sync.traced & SyncEventClass.SCHED) {
    const { name, owner, lockClass } = lock;
    emit(sync, { kind: "spin_needbreak", lock: name, owner, lockClass, answer });
  }
  return answer;
}

/**
 * What a thread changes when it comes to stand before `lock`, and `spinNeedbreak` looks at.
 * @modelOnly a part of a point
 */
export const waitersOf = (lock: SpinLock): object => lock.lockPoint;

/**
 * Before `spinNeedbreak`, on machines that ask.
 * @modelOnly a scheduler's view of spin_needbreak in include/linux/sched.h
 */
export function stopToAsk(sync: Sync, lock: SpinLock): Stops {
  if (sync.spinNeedbreak === null || !stopsHere(sync)) return NO_STOPS;
  const of: Subject = { kind: "field", owner: lock.owner, field: `waiters of ${lock.field}` };
  return [makePoint(PointKind.LOAD, waitersOf(lock), of)];
}

/**
 * A place where the kernel is willing to sleep; no spinlock may be held here.
 * @throws InvariantError when the running thread holds a spinlock
 * @kernel cond_resched in include/linux/sched.h
 */
export function* condResched(sync: Sync): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, sync.reschedPoint)) yield sync.reschedPoint;
  condReschedNow(sync);
}

/**
 * `condResched` for a caller that has yielded `sync.reschedPoint` itself, or runs alone.
 * @throws InvariantError when the running thread holds a spinlock
 * @kernel cond_resched in include/linux/sched.h
 */
export function condReschedNow(sync: Sync): void {
  const { held } = sync.current;
  for (let i = 0; i < held.length; i++) {
    if (held[i].isSpinning) throw sleepsUnder(held[i]);
  }
  if (sync.traced & SyncEventClass.SCHED) emit(sync, { kind: "cond_resched" });
  sync.onCondResched?.();
}

const sleepsUnder = ({ name, where }: HeldLock): InvariantError =>
  new InvariantError("sleep-under-spinlock", `cond_resched while ${where} holds ${name}`);
