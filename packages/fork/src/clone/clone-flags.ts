/**
 * Which combinations of clone flags are refused before anything is made (SPEC §6.2/1-2, §6.3/1-5).
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import type { Sync } from "@forkpath/sync";
import { Capability, isPermitted } from "../task/cred.ts";
import type { TaskStruct } from "../types.ts";

/** What it takes to make a user namespace. */
const NEWUSER_CAPS: number = Capability.SYS_ADMIN | Capability.SETUID | Capability.SETGID;

/**
 * @returns 0, -EINVAL or -EPERM
 * @kernel the first lines of do_fork in kernel/fork.c
 */
export function checkForkFlags(sync: Sync, current: TaskStruct, flags: number): number {
  const makesUserOrPidNs = has(flags, CloneFlag.NEWUSER) || has(flags, CloneFlag.NEWPID);
  const staysInGroup = has(flags, CloneFlag.THREAD) || has(flags, CloneFlag.PARENT);
  if (makesUserOrPidNs && staysInGroup) return -Errno.EINVAL;
  if (!has(flags, CloneFlag.NEWUSER)) return 0;
  return isPermitted(sync, current, NEWUSER_CAPS, "a user namespace") ? 0 : -Errno.EPERM;
}

/**
 * @returns 0 or -EINVAL
 * @kernel the first lines of copy_process in kernel/fork.c
 */
export function checkCloneFlags(current: TaskStruct, flags: number): number {
  const isOtherPidNs = current.activePidNs !== current.nsproxy.pid;
  const isRefused =
    (has(flags, CloneFlag.NEWNS) && has(flags, CloneFlag.FS)) ||
    (has(flags, CloneFlag.THREAD) && !has(flags, CloneFlag.SIGHAND)) ||
    (has(flags, CloneFlag.SIGHAND) && !has(flags, CloneFlag.VM)) ||
    (has(flags, CloneFlag.PARENT) && current.signal.isUnkillable) ||
    ((has(flags, CloneFlag.VM) || has(flags, CloneFlag.NEWPID)) && isOtherPidNs);
  return isRefused ? -Errno.EINVAL : 0;
}

const has = (flags: number, flag: number): boolean => (flags & flag) !== 0;
