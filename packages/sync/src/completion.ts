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

class CompletionState implements Completion {
  done = false;
  readonly waitPoint: SchedulePoint;

  constructor(of: Subject, label: string) {
    this.waitPoint = {
      kind: PointKind.WAIT,
      object: this,
      of,
      label,
      ready: () => this.done,
    };
  }
}

/**
 * @param owner name or number of what it belongs to
 * @kernel init_completion in include/linux/completion.h
 */
export const createCompletion = (field: string, owner = ""): Completion =>
  new CompletionState(
    { kind: "completion", owner, field },
    owner === "" ? field : `${field} of ${owner}`,
  );

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
