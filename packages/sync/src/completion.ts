/** A thing that one thread waits for and another one declares done: `struct completion`. */
import { type KernelThread, PointKind, type SchedulePoint, type Subject } from "./point.ts";
import { waitUntilReady } from "./stop.ts";
import type { Sync } from "./sync.ts";

/**
 * Made anew for each wait.
 * @kernel struct completion in include/linux/completion.h
 */
export interface Completion {
  /** Whether it has been declared done; it stays so. */
  done: boolean;
  /** Ready once `done` is true. */
  readonly waitPoint: SchedulePoint;
}

/**
 * @param owner name or number of what it belongs to
 * @kernel init_completion in include/linux/completion.h
 */
export function createCompletion(field: string, owner = ""): Completion {
  const of: Subject = { kind: "completion", owner, field };
  const completion: Completion = {
    done: false,
    waitPoint: {
      kind: PointKind.WAIT,
      get object(): object {
        return completion;
      },
      of,
      label: owner === "" ? field : `${field} of ${owner}`,
      ready: () => completion.done,
    },
  };
  return completion;
}

/** @kernel complete in kernel/sched.c */
export function complete(completion: Completion): void {
  completion.done = true;
}

/**
 * Yields until the completion is done; alone on its machine, the thread is left suspended.
 * @kernel wait_for_completion in kernel/sched.c
 */
export const waitForCompletion = (sync: Sync, { waitPoint }: Completion): KernelThread<void> =>
  waitUntilReady(sync, waitPoint);
