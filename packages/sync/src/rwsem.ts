/**
 * Reader/writer semaphores: `mmap_sem` and its like, which sleep instead of spinning.
 *
 * Any number of readers, or one writer. A waiting thread yields its point until the semaphore
 * lets it in. There is no queue, so a scheduler may starve a writer. Linux queues fairly: here a
 * reader can overtake a waiting writer, which Linux forbids. What parts of one are: parts.ts.
 */
import { DONE } from "./ended.ts";
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

/** One part, held by one reader. */
export interface PartHold extends HeldLock {
  /** The reader. */
  readonly thread: Thread;
  /** Which part; parts are compared with `===`. */
  readonly part: object;
}

export interface RwSem extends HeldLock {
  /** The thread that has it for itself alone; null for none. */
  writer: Thread | null;
  /** Threads that read the whole. */
  readonly readers: Thread[];
  /** Threads that read one part only, such as an area of an address space. */
  readonly partReaders: PartHold[];
  /** Parts that a writer has closed so far, which takes them one by one; null: it has them all. */
  closedParts: Set<object> | null;
  /** How often a thread found the semaphore taken. */
  contentions: number;
  /** Before down_read; ready while there is no writer. */
  readonly readPoint: SchedulePoint;
  /** Of a trylock, which never waits. */
  readonly tryReadPoint: SchedulePoint;
  /** Before down_write; ready while neither a writer nor a reader is there. */
  readonly writePoint: SchedulePoint;
  /** Before up_read. */
  readonly readReleasePoint: SchedulePoint;
  /** Before up_write. */
  readonly writeReleasePoint: SchedulePoint;
}

/** When the step of a semaphore's point can be taken. */
type SemReady = "no writer" | "free" | "always";

class SemPoint implements SchedulePoint {
  readonly kind: PointKind;
  readonly object: RwSem;
  private readonly when: SemReady;

  constructor(kind: PointKind, object: RwSem, when: SemReady) {
    this.kind = kind;
    this.object = object;
    this.when = when;
  }

  get of(): Subject {
    return this.object;
  }

  get label(): string {
    return this.object.name;
  }

  ready(): boolean {
    if (this.when === "always") return true;
    return this.when === "free" ? isFree(this.object) : this.object.writer === null;
  }
}

class RwSemState implements RwSem {
  readonly kind = "lock";
  readonly name: string;
  readonly owner: string;
  readonly field: string;
  readonly lockClass: string;
  readonly isSpinning = false;
  subclass = 0;
  where = "";
  writer: Thread | null = null;
  readonly readers: Thread[] = [];
  readonly partReaders: PartHold[] = [];
  closedParts: Set<object> | null = null;
  contentions = 0;
  // Made when a scheduler first asks, and no state: a machine that goes back keeps them.
  #read: SchedulePoint | null = null;
  #tryRead: SchedulePoint | null = null;
  #write: SchedulePoint | null = null;
  #readRelease: SchedulePoint | null = null;
  #writeRelease: SchedulePoint | null = null;

  constructor(lockClass: string, owner: string, field: string) {
    this.lockClass = lockClass;
    this.owner = owner;
    this.field = field;
    this.name = subjectName(this);
  }

  get readPoint(): SchedulePoint {
    this.#read ??= new SemPoint(PointKind.LOCK_SHARED, this, "no writer");
    return this.#read;
  }

  get tryReadPoint(): SchedulePoint {
    this.#tryRead ??= new SemPoint(PointKind.LOCK_SHARED, this, "always");
    return this.#tryRead;
  }

  get writePoint(): SchedulePoint {
    this.#write ??= new SemPoint(PointKind.LOCK, this, "free");
    return this.#write;
  }

  get readReleasePoint(): SchedulePoint {
    this.#readRelease ??= new SemPoint(PointKind.UNLOCK_SHARED, this, "always");
    return this.#readRelease;
  }

  get writeReleasePoint(): SchedulePoint {
    this.#writeRelease ??= new SemPoint(PointKind.UNLOCK, this, "always");
    return this.#writeRelease;
  }
}

/**
 * @param owner name of what has the semaphore, such as an mm; "" for one of the whole machine
 * @param field what its owner calls it
 * @kernel init_rwsem in lib/rwsem.c
 * @example
 * ```ts
 * import { createRwSem, createSync, reading, runToCompletion } from "@forkpath/sync";
 * const sync = createSync();
 * const mmapSem = createRwSem("mmap_sem", "mm1");
 * function* count(): Generator<never, number> {
 *   return mmapSem.readers.length;
 * }
 * console.log(runToCompletion(reading(sync, mmapSem, "do_page_fault", count()))); // 1
 * ```
 */
export const createRwSem = (lockClass: string, owner = "", field: string = lockClass): RwSem =>
  new RwSemState(lockClass, owner, field);

/** Is there neither a writer, nor any reader? */
const isFree = (sem: RwSem): boolean =>
  sem.writer === null && sem.readers.length === 0 && sem.partReaders.length === 0;

/** @kernel down_read in kernel/rwsem.c */
export function* downRead(sync: Sync, sem: RwSem, where: string): KernelThread<void> {
  checkNesting(sync, sem, 0, where);
  if (sync.interleaved && !goesOver(sync.passing, sem.readPoint)) yield sem.readPoint;
  while (sem.writer !== null) {
    sem.contentions++;
    yield sem.readPoint;
  }
  sem.readers.push(sync.current);
  hold(sync, sem, where, 0);
}

/**
 * Never waits. In a generator, `yield* stopAt(sync, sem.tryReadPoint);` comes before it.
 * @kernel down_read_trylock in kernel/rwsem.c
 */
export function downReadTrylock(sync: Sync, sem: RwSem, where: string): boolean {
  if (sem.writer !== null) return false;
  sem.readers.push(sync.current);
  hold(sync, sem, where, 0);
  return true;
}

/** @kernel down_write_nested in kernel/rwsem.c */
export function downWrite(sync: Sync, sem: RwSem, where: string, subclass = 0): KernelThread<void> {
  checkNesting(sync, sem, subclass, where);
  const stops = sync.interleaved && !goesOver(sync.passing, sem.writePoint);
  if (stops || !isFree(sem)) return downWriteLater(sync, sem, where, subclass, stops);
  becomeWriter(sync, sem, where, subclass);
  return DONE;
}

function* downWriteLater(
  sync: Sync,
  sem: RwSem,
  where: string,
  subclass: number,
  stops: boolean,
): KernelThread<void> {
  if (stops) yield sem.writePoint;
  while (!isFree(sem)) {
    sem.contentions++;
    yield sem.writePoint;
  }
  becomeWriter(sync, sem, where, subclass);
}

function becomeWriter(sync: Sync, sem: RwSem, where: string, subclass: number): void {
  sem.writer = sync.current;
  hold(sync, sem, where, subclass);
}

/**
 * The same, for a waiter that may give up.
 * @param isWanted asked while it waits, and never when the semaphore is free at once
 * @param inParts it waits for no reader of a part now, but closes part after part: `closePart`
 * @returns false when it gave up, and holds nothing
 * @kernel down_write_killable in kernel/locking/rwsem.c
 */
export function* downWriteWhile(
  sync: Sync,
  sem: RwSem,
  where: string,
  isWanted: () => boolean,
  inParts = false,
): KernelThread<boolean> {
  const mayEnter = (): boolean =>
    inParts ? sem.writer === null && sem.readers.length === 0 : isFree(sem);
  const { kind, object, of, label } = sem.writePoint;
  const point: SchedulePoint = { kind, object, of, label, ready: () => mayEnter() || !isWanted() };
  checkNesting(sync, sem, 0, where);
  if (sync.interleaved && !goesOver(sync.passing, point)) yield point;
  while (!mayEnter()) {
    if (!isWanted()) return false;
    sem.contentions++;
    yield point;
  }
  sem.writer = sync.current;
  sem.closedParts = inParts ? new Set() : null;
  hold(sync, sem, where, 0);
  return true;
}

/**
 * @throws InvariantError when the running thread is no reader of `sem`
 * @kernel up_read in kernel/rwsem.c
 */
export function* upRead(sync: Sync, sem: RwSem, where: string): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, sem.readReleasePoint)) yield sem.readReleasePoint;
  upReadNow(sync, sem, where);
}

/**
 * `upRead` for a caller that has yielded `sem.readReleasePoint` itself, or runs alone.
 * @throws InvariantError when the running thread is no reader of `sem`
 * @kernel up_read in kernel/rwsem.c
 */
export function upReadNow(sync: Sync, sem: RwSem, where: string): void {
  if (!remove(sem.readers, sync.current)) throw notHeld(sync, sem, where, "read");
  letGo(sync, sem, where);
}

/**
 * @throws InvariantError when the running thread is not the writer of `sem`
 * @kernel up_write in kernel/rwsem.c
 */
export function upWrite(sync: Sync, sem: RwSem, where: string): KernelThread<void> {
  if (sync.interleaved && !goesOver(sync.passing, sem.writeReleasePoint)) {
    return upWriteLater(sync, sem, where);
  }
  upWriteNow(sync, sem, where);
  return DONE;
}

function* upWriteLater(sync: Sync, sem: RwSem, where: string): KernelThread<void> {
  yield sem.writeReleasePoint;
  upWriteNow(sync, sem, where);
}

function upWriteNow(sync: Sync, sem: RwSem, where: string): void {
  if (sem.writer !== sync.current) throw notHeld(sync, sem, where, "write");
  sem.writer = null;
  sem.closedParts = null;
  letGo(sync, sem, where);
}

function hold(sync: Sync, sem: RwSem, where: string, subclass: number): void {
  sem.subclass = subclass;
  sem.where = where;
  sync.current.held.push(sem);
  if (sync.traced & SyncEventClass.LOCK) emitLock(sync, sem, where);
}

function letGo(sync: Sync, sem: RwSem, where: string): void {
  remove(sync.current.held, sem);
  if (sync.traced & SyncEventClass.LOCK) emitUnlock(sync, sem, where);
}

/** Takes `item` out of a list; nearly always it is the last one. @returns whether it was there */
function remove<T>(list: T[], item: T): boolean {
  if (list[list.length - 1] === item) list.pop();
  else if (list.includes(item)) list.splice(list.lastIndexOf(item), 1);
  else return false;
  return true;
}

function notHeld(sync: Sync, sem: RwSem, where: string, mode: string): InvariantError {
  const taker = sem.where === "" ? "nobody took it yet" : `last taken in ${sem.where}`;
  return new InvariantError(
    "unlock-not-held",
    `${where} of ${sync.current.name} releases ${sem.name}, not held for ${mode}; ${taker}`,
  );
}
