/** SIGCHLD, and a parent that does not want it: then nobody has to wait for the child. */
import { Signal } from "@forkpath/abi";
import { NO_EXIT_SIGNAL } from "../task/task.ts";
import type { TaskStruct } from "../types.ts";

/**
 * Tells the parent, which may have said that it does not care: SIGCHLD ignored, or SA_NOCLDWAIT.
 * @returns true when nobody will wait for the task
 * @kernel do_notify_parent in kernel/signal.c
 */
export function doNotifyParent(task: TaskStruct): boolean {
  if (task.exitSignal !== Signal.SIGCHLD) return false;
  if (task.parent.sighand.sigchld === "default") return false;
  task.exitSignal = NO_EXIT_SIGNAL;
  return true;
}
