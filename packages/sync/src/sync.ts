/**
 * What all kernel threads of one machine share with their scheduler.
 *
 * `interleaved` is the switch between the two ways to run the same code. Off, one thread runs to
 * completion and takes no yields: a free lock is a field write. On, every schedule
 * point is yielded, and a scheduler outside (the explorer) decides which thread goes next.
 */
import { NO, YES } from "./ended.ts";
import type { AnySink, SyncEvent } from "./events.ts";
import { SyncEventClass } from "./events.ts";
import { type AllocGate, createAllocGate, passGate } from "./gate.ts";
import { createPassing, goesOver, type Passing } from "./passing.ts";
import {
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  type Subject,
} from "./point.ts";
import { type Refusal, refusalText } from "./refusal.ts";

/** A CPU's view of the task that runs on it, and of the locks that the task holds. */
export interface Thread {
  /** Number of the thread, for events and for the scheduler. */
  readonly id: number;
  /** What the thread is called, for people. */
  readonly name: string;
  /** Number of the CPU that it runs on. */
  cpu: number;
  /** Locks held, in the order in which they were taken. */
  readonly held: HeldLock[];
  /** What was refused to it last; null at the beginning of each of its calls. */
  refusal: Refusal | null;
}

/**
 * What lock discipline needs to know of any lock; as a subject, it is what its points are about.
 */
export interface HeldLock extends Subject {
  /** A lock's points are about a lock. */
  readonly kind: "lock";
  /** Owner and field in one text, for people. */
  readonly name: string;
  /** Locks of one class may only nest with rising `subclass`. */
  readonly lockClass: string;
  /** A thread that holds one may not sleep. */
  readonly isSpinning: boolean;
  /** Nesting level at which it was taken last; 0 outside any nesting. */
  subclass: number;
  /** Kernel function that took it last. */
  where: string;
}

/**
 * The scheduler's and the machine's common ground: one for each machine.
 * @modelOnly Linux has this spread over CPUs, tasks and global variables
 */
export interface Sync {
  /** Whether schedule points are yielded. */
  interleaved: boolean;
  /** The thread that runs. */
  current: Thread;
  /** Which allocations are refused. */
  readonly gate: AllocGate;
  /**
   * `SyncEventClass`es that the sink wants; 0 without a sink. The one field that hot code tests.
   */
  traced: number;
  /** The listener; null for none. */
  sink: AnySink | null;
  /** Answers need_resched(); null is "never", and then nothing is asked. */
  needResched: (() => boolean) | null;
  /** Answers spin_needbreak() for a lock; null is a kernel without PREEMPT: constant 0. */
  spinNeedbreak: ((lock: HeldLock) => boolean) | null;
  /** Runs inside each cond_resched, when no spinlock is held. */
  onCondResched: (() => void) | null;
  /** Where a scheduler repeats what it has seen. */
  readonly passing: Passing;
  /** Before the allocation gate is asked. */
  readonly allocPoint: SchedulePoint;
  /** Before cond_resched offers the CPU. */
  readonly reschedPoint: SchedulePoint;
}

/** @modelOnly a scheduler's handle of one kernel thread */
export const createThread = (id: number, name: string, cpu = 0): Thread => ({
  id,
  name,
  cpu,
  held: [],
  refusal: null,
});

const ALLOC: Subject = { kind: "allocation", owner: "", field: "alloc" };
const COND_RESCHED: Subject = { kind: "cpu", owner: "", field: "cond_resched" };

/**
 * @modelOnly one per machine
 * @example
 * ```ts
 * import { createSync } from "@forkpath/sync";
 * const sync = createSync();
 * console.log(sync.interleaved, sync.current.held.length); // false 0
 * ```
 */
export function createSync(): Sync {
  const gate = createAllocGate();
  return {
    interleaved: false,
    current: createThread(0, "cpu0"),
    gate,
    traced: 0,
    sink: null,
    needResched: null,
    spinNeedbreak: null,
    onCondResched: null,
    passing: createPassing(),
    allocPoint: makePoint(PointKind.ALLOC, gate, ALLOC),
    reschedPoint: makePoint(PointKind.RESCHED, {}, COND_RESCHED),
  };
}

/**
 * Sends events to `sink` from now on; null turns tracing off.
 * @modelOnly the kernel's nearest is set_tracer
 * @example
 * ```ts
 * import { attachAnySink, createSync } from "@forkpath/sync";
 * const sync = createSync();
 * attachAnySink(sync, { wants: 2, emit: ({ kind }) => console.log(kind) });
 * console.log(sync.traced); // 2
 * attachAnySink(sync, null);
 * console.log(sync.traced); // 0
 * ```
 */
export function attachAnySink(sync: Sync, sink: AnySink | null): void {
  sync.sink = sink;
  sync.traced = sink === null ? 0 : sink.wants;
}

/**
 * Hands one event to the sink. Callers test `sync.traced` first, so that a record is only built
 * when it is wanted.
 * @modelOnly a tracepoint
 */
export function emit(sync: Sync, event: SyncEvent): void {
  sync.sink?.emit(event, sync.current.id);
}

/**
 * Tells that the running thread has taken `lock`. Callers test `sync.traced` first.
 * @modelOnly a tracepoint
 */
export function emitLock(sync: Sync, lock: HeldLock, where: string): void {
  const { name, owner, lockClass } = lock;
  emit(sync, { kind: "lock", lock: name, owner, lockClass, where });
}

/**
 * Tells that the running thread has given `lock` back. Callers test `sync.traced` first.
 * @modelOnly a tracepoint
 */
export function emitUnlock(sync: Sync, lock: HeldLock, where: string): void {
  const { name, owner, lockClass } = lock;
  emit(sync, { kind: "unlock", lock: name, owner, lockClass, where });
}

/**
 * Notes why the running thread is refused what it asks for. Later refusals replace earlier ones.
 * @modelOnly the kernel keeps it to itself
 */
export function refuse(sync: Sync, refusal: Refusal): void {
  sync.current.refusal = refusal;
  if (sync.traced & SyncEventClass.ALLOC && refusal.kind !== "allocation") {
    emit(sync, { kind: "refuse", what: refusal.kind, why: refusalText(refusal) });
  }
}

/**
 * Asks the gate for one object of kind `what`; false means that the allocation fails.
 * For allocations under a spinlock, which cannot sleep: others do not run in between.
 * @kernel alloc_page and kmem_cache_alloc with GFP_ATOMIC
 */
export function allocAtomic(sync: Sync, what: string): boolean {
  const ok = passGate(sync.gate);
  if (!ok) refuse(sync, { kind: "allocation", what, request: sync.gate.count - 1 });
  if (sync.traced & SyncEventClass.ALLOC) emit(sync, { kind: "alloc", what, ok });
  return ok;
}

/**
 * Asks the gate for one object of kind `what`, and may sleep: others can run first.
 * Hot callers write `sync.interleaved ? yield* allocSleeping(sync, what) : allocAtomic(sync,
 * what)`.
 * @kernel alloc_page and kmem_cache_alloc with GFP_KERNEL
 */
export function allocSleeping(sync: Sync, what: string): KernelThread<boolean> {
  if (sync.interleaved && !goesOver(sync.passing, sync.allocPoint)) return allocLater(sync, what);
  return allocAtomic(sync, what) ? YES : NO;
}

function* allocLater(sync: Sync, what: string): KernelThread<boolean> {
  yield sync.allocPoint;
  return allocAtomic(sync, what);
}
