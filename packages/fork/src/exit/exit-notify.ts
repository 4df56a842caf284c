/**
 * Who hears of a death: the children get a new parent, the parent gets SIGCHLD, or does not want
 * it, and then the task is reaped on the spot and its peak is lost (SPEC §8.7).
 */
import { Signal } from "@forkpath/abi";
import { spinUnlockNow, takeLeafLock } from "@forkpath/sync";
import { isExiting, isGroupEmpty, isGroupLeader, NO_EXIT_SIGNAL } from "../task/task.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { doNotifyParent } from "./notify-parent.ts";
import { releaseTask } from "./release-task.ts";

/**
 * Requires that the task has let go of everything else.
 * @kernel exit_notify in kernel/exit.c
 */
export function exitNotify(fe: ForkEnv, task: TaskStruct): void {
  takeLeafLock(fe.sync, fe.tasklistLock, "exit_notify");
  const orphans = forgetOriginalParent(fe, task);
  const isReaped = isNobodyTold(task);
  task.state = isReaped ? "dead" : "zombie";
  spinUnlockNow(fe.sync, fe.tasklistLock, "exit_notify");
  for (const orphan of orphans) releaseTask(fe, orphan);
  if (isReaped) releaseTask(fe, task);
}

function isNobodyTold(task: TaskStruct): boolean {
  if (task.exitSignal === NO_EXIT_SIGNAL) return true; // a thread
  if (isGroupLeader(task) && !isGroupEmpty(task)) return false; // the last thread will tell
  return doNotifyParent(task);
}

/** Children go to another thread of the group, else to init. @returns zombies that nobody wants */
function forgetOriginalParent(fe: ForkEnv, father: TaskStruct): TaskStruct[] {
  const reaper = findNewReaper(fe, father);
  const unwanted: TaskStruct[] = [];
  for (const child of father.children.splice(0)) {
    child.realParent = reaper;
    child.parent = reaper;
    reaper.children.push(child);
    if (child.exitSignal === NO_EXIT_SIGNAL || reaper.signal === father.signal) continue;
    child.exitSignal = Signal.SIGCHLD; // init waits for nothing else
    if (child.state !== "zombie" || !isGroupEmpty(child) || !doNotifyParent(child)) continue;
    child.state = "dead";
    unwanted.push(child);
  }
  return unwanted;
}

const findNewReaper = (fe: ForkEnv, father: TaskStruct): TaskStruct =>
  father.signal.threads.find((one) => !isExiting(one)) ?? fe.initTask;
