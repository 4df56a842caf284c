/** The kernel's own stores to user memory: they fault as the program's would. */
import { Errno } from "@forkpath/abi";
import { ACCESS_ERROR, touch } from "@forkpath/mm";
import type { KernelThread } from "@forkpath/sync";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { mmLimitsOf } from "./rlimit.ts";

/**
 * Stores a word at a user address of `task`.
 * @returns 0 or -EFAULT
 * @kernel put_user in arch/x86/include/asm/uaccess.h
 * @deviates Only the page is modelled, not what is stored in it.
 */
export function* putUser(fe: ForkEnv, task: TaskStruct, addr: number): KernelThread<number> {
  if (task.mm === null) return -Errno.EFAULT;
  const code = yield* touch(fe.mm, task.mm, addr, true, mmLimitsOf(task));
  return code & ACCESS_ERROR ? -Errno.EFAULT : 0;
}
