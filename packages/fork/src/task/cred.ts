/**
 * Who a task is and what it may do: its user, and the few capabilities that fork asks about.
 *
 * A process has a cred of its own; the threads of a process share one. `processes` counts the
 * tasks of a user, zombies included, and is what RLIMIT_NPROC is held against (SPEC §6.4).
 */
import { refuse, type Sync } from "@forkpath/sync";
import type { Cred, UserStruct } from "../types.ts";

/** Bits of `Cred.caps`, by the kernel's numbers. */
export const Capability = {
  /** Any group id. */
  SETGID: 0x40,
  /** Any user id. */
  SETUID: 0x80,
  /** Locks memory beyond RLIMIT_MEMLOCK. */
  IPC_LOCK: 0x4000,
  /** Makes namespaces, passes RLIMIT_NPROC, and may have the admin's reserve of memory. */
  SYS_ADMIN: 0x200000,
  /** Passes RLIMIT_NPROC. */
  SYS_RESOURCE: 0x1000000,
} as const;
/**
 * Every capability that the model asks about.
 * @modelOnly root's, without those that nothing here asks about
 */
export const ALL_CAPABILITIES: number = Object.values(Capability).reduce<number>(
  (all, one) => all | one,
  0,
);

/** @kernel alloc_uid in kernel/user.c */
export const createUser = (uid: number, userNs = 0): UserStruct => ({ uid, userNs, processes: 0 });

/**
 * True when the task has all capabilities in `caps`.
 * @kernel capable in kernel/capability.c
 */
export const capable = ({ cred }: { readonly cred: Cred }, caps: number): boolean =>
  (cred.caps & caps) === caps;

/**
 * The same, and notes what was wanting if it has not.
 * @param forWhat what the capabilities are for
 * @modelOnly the kernel keeps it to itself
 */
export function isPermitted(
  sync: Sync,
  task: { readonly cred: Cred },
  caps: number,
  forWhat: string,
): boolean {
  if (capable(task, caps)) return true;
  const names = Object.entries(Capability).filter(([, bit]) => caps & bit & ~task.cred.caps);
  const capability = names.map(([name]) => `CAP_${name}`).join(" and ");
  refuse(sync, { kind: "capability", capability, forWhat });
  return false;
}

/**
 * Takes the task off its user's count.
 * @kernel exit_creds in kernel/cred.c, with the decrement that stands before it
 */
export function exitCreds({ cred }: { readonly cred: Cred }): void {
  cred.user.processes--;
}
