/**
 * The driver for a machine on which one kernel path runs at a time.
 *
 * It takes a generator to its end. Where the path has to wait for another thread, it is left
 * suspended: `runUntilBlocked` hands that back, and `runToCompletion` calls it a broken rule.
 */
import { InvariantError } from "./invariant.ts";
import type { KernelThread, SchedulePoint } from "./point.ts";
import type { Sync, Thread } from "./sync.ts";

/** How far a path came: to its end, or to a point at which it has to wait. */
export type RunResult<T> =
  | {
      /** The path has returned. */
      readonly done: true;
      /** What it returned. */
      readonly value: T;
    }
  | {
      /** The path waits, and its generator is left suspended. */
      readonly done: false;
      /** The point that is not ready. */
      readonly waitsFor: SchedulePoint;
    };

/** What a driver needs of a kernel path: most are generators. */
export type Steps<T> = Pick<KernelThread<T>, "next">;

/**
 * Runs until the path returns, or waits for something that only another thread can bring.
 * @modelOnly the uniprocessor scheduler
 */
export function runUntilBlocked<T>(thread: Steps<T>): RunResult<T> {
  for (;;) {
    const step = thread.next();
    if (step.done) return { done: true, value: step.value };
    if (!step.value.ready()) return { done: false, waitsFor: step.value };
  }
}

/**
 * Runs to the end.
 * @throws InvariantError when the path would wait for ever
 * @modelOnly the uniprocessor scheduler
 * @example
 * ```ts
 * import { createSpinLock, createSync, runToCompletion, spinLock } from "@forkpath/sync";
 * const sync = createSync();
 * const lock = createSpinLock("mmlist_lock");
 * runToCompletion(spinLock(sync, lock, "mmput"));
 * console.log(lock.holder?.name === sync.current.name); // true
 * ```
 */
export function runToCompletion<T>(thread: Steps<T>): T {
  const result = runUntilBlocked(thread);
  if (result.done) return result.value;
  throw new InvariantError(
    "runs-alone",
    `waits for ${result.waitsFor.label}, and nobody else runs`,
  );
}

/**
 * Runs `body` in the name of `thread`: its locks and its events are that thread's. On an
 * interleaved machine the scheduler sets `sync.current` at each step, and so `body` stays part of
 * the thread that runs it.
 * @modelOnly the model has no stack to switch to
 * @example
 * ```ts
 * import { createCells, createSync, createThread, runAs, runToCompletion } from "@forkpath/sync";
 * import { addCell, peekCell } from "@forkpath/sync";
 * const sync = createSync();
 * const cells = createCells(["anon_rss"], true);
 * const fault = runAs(sync, createThread(1, "cpu1"), addCell(sync, cells, 0, 1));
 * runToCompletion(fault);
 * console.log(peekCell(cells, 0)); // 1n
 * ```
 */
export function* runAs<T>(sync: Sync, thread: Thread, body: KernelThread<T>): KernelThread<T> {
  if (sync.interleaved) return yield* body;
  const before = sync.current;
  sync.current = thread;
  const value = yield* body;
  sync.current = before;
  return value;
}
