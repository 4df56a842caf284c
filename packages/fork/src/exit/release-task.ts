/**
 * The end of a task_struct: out of every list, its pid free, its statistics left to its group.
 */
import { spinUnlockNow, takeLeafLock } from "@forkpath/sync";
import { exitCreds } from "../task/cred.ts";
import { freePid } from "../task/pid.ts";
import { cleanupSighand } from "../task/shared-structs.ts";
import { isGroupEmpty, isGroupLeader } from "../task/task.ts";
import { addUsage } from "../task/usage.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { doNotifyParent } from "./notify-parent.ts";

/**
 * Releases a dead task; and after the last thread, a leader that died before and whose parent does
 * not want to know.
 * @kernel release_task in kernel/exit.c
 */
export function releaseTask(fe: ForkEnv, task: TaskStruct): void {
  const leader = task.groupLeader;
  exitCreds(task);
  takeLeafLock(fe.sync, fe.tasklistLock, "release_task");
  exitSignal(task);
  unhashProcess(fe, task);
  const isLast = !isGroupLeader(task) && isGroupEmpty(leader) && leader.state === "zombie";
  const zapsLeader = isLast && doNotifyParent(leader);
  if (zapsLeader) leader.state = "dead";
  spinUnlockNow(fe.sync, fe.tasklistLock, "release_task");
  if (zapsLeader) releaseTask(fe, leader);
}

/** @kernel __exit_signal in kernel/exit.c */
function exitSignal(task: TaskStruct): void {
  const { signal } = task;
  signal.count--;
  addUsage(signal.own, task);
  cleanupSighand(task);
}

/** @kernel __unhash_process in kernel/exit.c */
function unhashProcess(fe: ForkEnv, task: TaskStruct): void {
  fe.tasks.delete(task.pid);
  freePid(fe, task.pid);
  fe.nrThreads--;
  remove(task.signal.threads, task);
  remove(task.realParent.children, task);
}

function remove(list: TaskStruct[], task: TaskStruct): void {
  const index = list.indexOf(task);
  if (index >= 0) list.splice(index, 1);
}
