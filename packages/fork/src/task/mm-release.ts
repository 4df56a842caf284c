/**
 * What a task does with an address space before it lets go of it, in exec and in exit (SPEC §6.6,
 * §7.6/1, §8.1/4).
 */
import type { KernelThread } from "@forkpath/sync";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { TaskFlag } from "./task.ts";
import { putUser } from "./user-access.ts";
import { completeVforkDone } from "./vfork.ts";

/**
 * Forgets the robust futexes, wakes a vfork parent, and tells whoever waits for the thread's id to
 * be cleared. The vfork parent runs on although `task` still uses the address space (D29).
 * @kernel mm_release in kernel/fork.c
 * @deviates Walks no robust list and wakes no futex: what they hold is not modelled.
 */
export function* mmRelease(fe: ForkEnv, task: TaskStruct): KernelThread<void> {
  task.robustList = 0;
  yield* completeVforkDone(fe, task);
  yield* clearChildTid(fe, task);
}

/** Only somebody who shares the memory could look, and nobody looks after a crash. */
function* clearChildTid(fe: ForkEnv, task: TaskStruct): KernelThread<void> {
  const { clearChildTid: addr, mm, flags } = task;
  if (addr === 0) return;
  const isWatched = mm !== null && mm.mmUsers > 1 && (flags & TaskFlag.SIGNALED) === 0;
  if (isWatched) yield* putUser(fe, task, addr);
  task.clearChildTid = 0;
}
