/**
 * vfork: the parent sleeps until the child has let go of the address space that they share, by
 * exec or by exit (SPEC §6.6).
 */
import {
  type Completion,
  complete,
  createCompletion,
  holding,
  type KernelThread,
  PointKind,
  type SchedulePoint,
  waitUntilReady,
} from "@forkpath/sync";
import type { ForkEnv, TaskStruct } from "../types.ts";

/**
 * Makes the completion that the parent will wait for.
 * @kernel the CLONE_VFORK lines of do_fork in kernel/fork.c
 */
export function armVfork(child: TaskStruct): Completion {
  const vfork = createCompletion("vfork_done", `${child.pid}`);
  child.vforkDone = vfork;
  return vfork;
}

/**
 * Waits until the child is done, or the parent is killed: then the child forgets the completion,
 * which lies on a stack that goes. Alone on its machine the parent is left suspended.
 * @kernel wait_for_vfork_done in kernel/fork.c
 */
export function* waitForVforkDone(
  { sync }: ForkEnv,
  current: TaskStruct,
  child: TaskStruct,
  vfork: Completion,
): KernelThread<void> {
  const point: SchedulePoint = {
    kind: PointKind.WAIT,
    object: vfork,
    of: vfork.waitPoint.of,
    label: vfork.waitPoint.label,
    ready: () => vfork.done || current.isKilled,
  };
  yield* waitUntilReady(sync, point);
  if (vfork.done) return;
  yield* holding(sync, child.taskLock, "do_fork", () => {
    child.vforkDone = null;
  });
}

/**
 * Wakes the parent, if there is one that waits.
 * @kernel complete_vfork_done in kernel/fork.c
 */
export function* completeVforkDone({ sync }: ForkEnv, task: TaskStruct): KernelThread<void> {
  if (task.vforkDone === null) return;
  yield* holding(sync, task.taskLock, "mm_release", () => {
    if (task.vforkDone !== null) complete(task.vforkDone);
    task.vforkDone = null;
  });
}
