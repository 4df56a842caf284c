/**
 * A reader/writer semaphore in parts: the areas of an address space under its mmap_lock (L6/1).
 *
 *    reader of a part      waits for nobody: it is refused once a writer has the part
 *    writer of all         waits for the readers of parts, too
 *    writer part by part   closes one after the other, and waits for that part's readers only
 *
 * What is closed stays closed until the writer gives the semaphore back.
 */
import { SyncEventClass } from "./events.ts";
import { InvariantError } from "./invariant.ts";
import { checkNesting } from "./nesting.ts";
import { type KernelThread, PointKind, type SchedulePoint, type Subject } from "./point.ts";
import type { PartHold, RwSem } from "./rwsem.ts";
import { emitLock, emitUnlock, type Sync } from "./sync.ts";

/** What the part is called in traces: the class of its lock, and its own name. */
export interface PartName {
  /** As of any lock: parts of one class nest only with rising subclass. */
  readonly lockClass: string;
  /** The part's own name, such as the range of an area. */
  readonly field: string;
}

/**
 * The step before `tryReadPart`, as a scheduler sees it.
 * @modelOnly a scheduler's view of one instruction
 */
export const partReadPoint = (sem: RwSem, lockClass: string): SchedulePoint =>
  partPoint(PointKind.LOCK_SHARED, sem, lockClass, () => true);

/** @modelOnly a scheduler's view of one instruction */
export const partReleasePoint = (sem: RwSem, lockClass: string): SchedulePoint =>
  partPoint(PointKind.UNLOCK_SHARED, sem, lockClass, () => true);

function partPoint(
  kind: PointKind,
  sem: RwSem,
  lockClass: string,
  ready: () => boolean,
): SchedulePoint {
  const of: Subject = { kind: "lock", owner: sem.owner, field: lockClass, lockClass };
  return { kind, object: sem, of, label: `${sem.owner}.${lockClass}`, ready };
}

/**
 * Is a writer in the way of every part? Whoever looks a part up asks this first.
 * @modelOnly the kernel compares sequence counts of an area and its address space
 */
export const isWhollyClosed = (sem: RwSem): boolean =>
  sem.writer !== null && sem.closedParts === null;

/**
 * Reads one part. Never waits. In a generator, a `partReadPoint` comes before it.
 * @returns false when a writer has the part
 * @kernel vma_start_read in include/linux/mmap_lock.h
 */
export function tryReadPart(
  sync: Sync,
  sem: RwSem,
  part: object,
  { lockClass, field }: PartName,
  where: string,
): boolean {
  if (sem.writer !== null && (sem.closedParts === null || sem.closedParts.has(part))) return false;
  const { owner } = sem;
  const hold: PartHold = {
    kind: "lock",
    name: `${owner}.${field}`,
    owner,
    field,
    lockClass,
    isSpinning: false,
    subclass: 0,
    where,
    thread: sync.current,
    part,
  };
  checkNesting(sync, hold, 0, where);
  sem.partReaders.push(hold);
  sync.current.held.push(hold);
  if (sync.traced & SyncEventClass.LOCK) emitLock(sync, hold, where);
  return true;
}

/** Does the running thread read a part? @modelOnly FAULT_FLAG_VMA_LOCK of a fault */
export const readsPart = (sync: Sync, sem: RwSem): boolean =>
  sem.partReaders.some(({ thread }) => thread === sync.current);

/**
 * Gives back the part that the running thread reads. A `partReleasePoint` comes before it.
 * @throws InvariantError when it reads none
 * @kernel vma_end_read in include/linux/mmap_lock.h
 */
export function endReadPart(sync: Sync, sem: RwSem, where: string): void {
  const place = sem.partReaders.findIndex(({ thread }) => thread === sync.current);
  if (place < 0) {
    const text = `${where} of ${sync.current.name} releases a part of ${sem.name}, and holds none`;
    throw new InvariantError("unlock-not-held", text);
  }
  const [hold] = sem.partReaders.splice(place, 1);
  const { held } = sync.current;
  held.splice(held.lastIndexOf(hold), 1);
  if (sync.traced & SyncEventClass.LOCK) emitUnlock(sync, hold, where);
}

/**
 * Closes one part, and waits for its readers. Requires the semaphore, taken in parts.
 * @kernel vma_start_write in include/linux/mmap_lock.h
 */
export function* closePart(
  sync: Sync,
  sem: RwSem,
  part: object,
  lockClass: string,
): KernelThread<void> {
  const isRead = (): boolean => sem.partReaders.some((hold) => hold.part === part);
  const point = partPoint(PointKind.LOCK, sem, lockClass, () => !isRead());
  if (sync.interleaved) yield point;
  while (isRead()) {
    sem.contentions++;
    yield point;
  }
  sem.closedParts?.add(part);
}
