/** Whose task a new task is. */
import { CloneFlag, Errno } from "@forkpath/abi";
import { allocSleeping, type KernelThread } from "@forkpath/sync";
import { createUser } from "../task/cred.ts";
import type { Cloning } from "../types.ts";

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
