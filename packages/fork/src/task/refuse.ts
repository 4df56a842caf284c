/** Why a call that is about tasks fails: noted here, since the errno alone does not say it. */
import { Errno } from "@forkpath/abi";
import { refuse, type Sync } from "@forkpath/sync";

/**
 * Notes that the user has as many tasks as RLIMIT_NPROC allows.
 * @param used how many, the one in question not counted
 * @returns -EAGAIN
 * @modelOnly the kernel keeps it to itself
 */
export function refuseTask(sync: Sync, used: number, most: number): number {
  refuse(sync, { kind: "limit", limit: "RLIMIT_NPROC", used, asked: 1, most });
  return -Errno.EAGAIN;
}

/** What a task does that shares its fs_struct with the caller. */
export const IN_EXEC = "that shares its fs_struct calls exec";

/**
 * Notes that another task is in the way.
 * @param what it does: `calls exec`
 * @returns -EAGAIN
 * @modelOnly the kernel keeps it to itself
 */
export function refuseBusy(sync: Sync, what: string): number {
  refuse(sync, { kind: "busy", with: what });
  return -Errno.EAGAIN;
}
