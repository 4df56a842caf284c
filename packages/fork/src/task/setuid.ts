/** setuid: a task becomes another user's (SPEC §6.4, recorded: rl08). */
import { Errno } from "@forkpath/abi";
import {
  type KernelThread,
  makePoint,
  PointKind,
  type SchedulePoint,
  stopAt,
} from "@forkpath/sync";
import type { ForkEnv, TaskStruct, UserStruct } from "../types.ts";
import { ALL_CAPABILITIES, Capability, isPermitted } from "./cred.ts";
import { refuseTask } from "./refuse.ts";
import { TaskFlag } from "./task.ts";

/**
 * Makes `task` one of `user`'s, with the privileges of that user. Where the user has as many tasks
 * as RLIMIT_NPROC allows, this one not counted, either this call is refused or the next exec.
 * @returns 0; -EPERM without CAP_SETUID; -EAGAIN
 * @kernel sys_setresuid and set_user in kernel/sys.c
 * @deviates Real, effective and saved user are one, and all capabilities go with root.
 */
export function* sysSetuid(fe: ForkEnv, task: TaskStruct, user: UserStruct): KernelThread<number> {
  const { cred, signal } = task;
  if (user === cred.user) return 0;
  if (!isPermitted(fe.sync, task, Capability.SETUID, "another user")) return -Errno.EPERM;
  yield* stopAt(fe.sync, processesPoint(user));
  const isRoot = user === fe.rootUser;
  const { nproc } = signal.rlimits;
  const { refuses, others } = fe.rules.setuidLimit;
  const isFull = !isRoot && user.processes > others(nproc);
  if (isFull && refuses === "setuid") return refuseTask(fe.sync, user.processes, nproc);
  task.flags = isFull
    ? task.flags | TaskFlag.NPROC_EXCEEDED
    : task.flags & ~TaskFlag.NPROC_EXCEEDED;
  cred.user.processes--;
  user.processes++;
  task.cred = { user, caps: isRoot ? ALL_CAPABILITIES : 0 };
  return 0;
}

const processesPoint = (user: UserStruct): SchedulePoint =>
  makePoint(PointKind.ATOMIC, user, { kind: "field", owner: `${user.uid}`, field: "processes" });

/**
 * Does the user still have more tasks than it may, since `task` became its? Once it has not, the
 * question is closed.
 * @kernel the PF_NPROC_EXCEEDED test of do_execveat_common in fs/exec.c
 */
export function isNprocExceeded({ sync }: ForkEnv, task: TaskStruct): boolean {
  if ((task.flags & TaskFlag.NPROC_EXCEEDED) === 0) return false;
  const { cred, signal } = task;
  const { nproc } = signal.rlimits;
  if (cred.user.processes > nproc) {
    refuseTask(sync, cred.user.processes - 1, nproc);
    return true;
  }
  task.flags &= ~TaskFlag.NPROC_EXCEEDED;
  return false;
}
