/** The child's task_struct: a byte copy of the parent's, then what it must not share. */
import { CloneFlag } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import { createTaskLock, createTaskThread, TaskFlag } from "../task/task.ts";
import type { Cloning, ForkEnv, TaskStruct } from "../types.ts";

const UNBORN = 0;

/**
 * @returns null when memory is short
 * @kernel dup_task_struct in kernel/fork.c
 */
export function* dupTaskStruct(
  { sync }: ForkEnv,
  current: TaskStruct,
): KernelThread<TaskStruct | null> {
  if (!(yield* allocSleeping(sync, "task"))) return null;
  return {
    ...current,
    pid: UNBORN,
    tgid: UNBORN,
    children: [],
    taskLock: createTaskLock(UNBORN),
    thread: createTaskThread(UNBORN, current.comm, current.thread.cpu),
  };
}

/**
 * Puts the fields right that copy_process sets inline, once the child is counted (SPEC §6.3/12).
 * @kernel copy_process in kernel/fork.c
 */
export function resetChild({ child }: Cloning): number {
  child.flags &= ~TaskFlag.SUPERPRIV;
  child.flags |= TaskFlag.FORKNOEXEC | TaskFlag.STARTING;
  child.state = "new";
  child.vforkDone = null;
  child.hasPendingSignal = false;
  child.isKilled = false;
  return 0;
}

/**
 * What the child will do at its first and last step in user space (SPEC §6.3/29).
 * @kernel copy_process in kernel/fork.c
 */
export function setChildPointers({ child, flags, options }: Cloning): number {
  const { childTid = 0 } = options;
  child.setChildTid = flags & CloneFlag.CHILD_SETTID ? childTid : 0;
  child.clearChildTid = flags & CloneFlag.CHILD_CLEARTID ? childTid : 0;
  child.robustList = 0;
  // A vfork child runs on its parent's stack while the parent waits: it keeps the alternate one.
  const sharesStack = (flags & (CloneFlag.VM | CloneFlag.VFORK)) === CloneFlag.VM;
  if (sharesStack) child.hasSigaltstack = false;
  return 0;
}
