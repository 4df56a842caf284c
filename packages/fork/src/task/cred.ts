/**
 * Who a task is and what it may do: its user, and the few capabilities that fork asks about.
 *
 * A process has a cred of its own; the threads of a process share one. `processes` counts the
 * tasks of a user, zombies included, and is what RLIMIT_NPROC is held against (SPEC §6.4).
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import type { Cloning } from "../clone/cloning.ts";

/** Bits of `Cred.caps`, by the kernel's numbers. */
export const Capability = {
  SETGID: 0x40,
  SETUID: 0x80,
  IPC_LOCK: 0x4000,
  SYS_ADMIN: 0x200000,
  SYS_RESOURCE: 0x1000000,
} as const;
export const ALL_CAPABILITIES: number = Object.values(Capability).reduce<number>(
  (all, one) => all | one,
  0,
);

/** One user in one user namespace. */
export interface UserStruct {
  readonly uid: number;
  /** User namespace; 0 is the one of the machine. */
  readonly userNs: number;
  /** Tasks of this user that are not reaped yet. */
  processes: number;
}

export interface Cred {
  readonly user: UserStruct;
  /** Capability bits. */
  readonly caps: number;
}

/** @kernel alloc_uid in kernel/user.c */
export const createUser = (uid: number, userNs = 0): UserStruct => ({ uid, userNs, processes: 0 });

/**
 * True when the task has all capabilities in `caps`.
 * @kernel capable in kernel/capability.c
 */
export const capable = ({ cred }: { readonly cred: Cred }, caps: number): boolean =>
  (cred.caps & caps) === caps;

/**
 * Gives the child its cred and counts it on its user: a thread shares the cred, others copy it.
 * @returns 0 or -ENOMEM
 * @kernel copy_creds in kernel/cred.c
 * @deviates No keyrings.
 */
export function* copyCreds({ fe, child, flags }: Cloning): KernelThread<number> {
  if ((flags & CloneFlag.THREAD) === 0) {
    if (!(yield* allocSleeping(fe.sync, "cred"))) return -Errno.ENOMEM;
    const { user, caps } = child.cred;
    const isNewNs = (flags & CloneFlag.NEWUSER) !== 0;
    child.cred = { user: isNewNs ? createUser(0, fe.nextNamespace++) : user, caps };
  }
  child.cred.user.processes++;
  return 0;
}

/**
 * Takes the task off its user's count.
 * @kernel exit_creds in kernel/cred.c, with the decrement that stands before it
 */
export function exitCreds({ cred }: { readonly cred: Cred }): void {
  cred.user.processes--;
}
