/**
 * fork, vfork and clone: a new task is made, told its pid, and set running (SPEC §6.2).
 */
import { CloneFlag, expectInteger, FORK_FLAGS, Signal, USER_END, VFORK_FLAGS } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import { type KernelThread, traced } from "@forkpath/sync";
import { TaskFlag } from "../task/task.ts";
import { putUser } from "../task/user-access.ts";
import { armVfork, waitForVforkDone } from "../task/vfork.ts";
import type { CloneOptions, ForkEnv, TaskStruct } from "../types.ts";
import { checkForkFlags } from "./clone-flags.ts";
import { copyProcess } from "./copy-process.ts";

/**
 * Makes a child of `current`. With CLONE_VFORK it returns when the child has let go of the shared
 * address space: alone on the machine, the generator is left suspended until then.
 * @param flags CloneFlag bits and the exit signal
 * @returns the child's pid, or a negative errno
 * @throws RangeError or TypeError unless `flags` is a 32-bit word and the options are addresses
 * @kernel do_fork in kernel/fork.c
 */
export function* doFork(
  fe: ForkEnv,
  current: TaskStruct,
  flags: number,
  options: CloneOptions = {},
): KernelThread<number> {
  expectCloneArgs(flags, options);
  const refused = checkForkFlags(fe.sync, current, flags);
  if (refused !== 0) return refused;
  const copying = copyProcess(fe, current, flags, options);
  const child = yield* traced(fe.sync, "copy_process", copying);
  if (typeof child === "number") return child;
  const { pid } = child;
  if (flags & CloneFlag.PARENT_SETTID) yield* putUser(fe, current, options.parentTid ?? 0);
  const vfork = flags & CloneFlag.VFORK ? armVfork(child) : null;
  child.flags &= ~TaskFlag.STARTING;
  if (flags & CloneFlag.STOPPED) stopNewTask(child);
  else wakeUpNewTask(child);
  if (fe.sync.traced & EventClass.TASK) {
    emit(fe.sync, { kind: "task", what: birthName(flags), pid: current.pid, other: pid });
  }
  if (vfork !== null) yield* waitForVforkDone(fe, current, child, vfork);
  return pid;
}

/**
 * @kernel sys_fork in arch/x86/kernel/process.c
 * @example
 * ```ts
 * import { createForkEnv, createProcess, sysFork } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * const server = createProcess(fe, { comm: "redis" });
 * if (typeof server !== "number") console.log(runToCompletion(sysFork(fe, server))); // 3
 * ```
 */
export const sysFork = (fe: ForkEnv, current: TaskStruct): KernelThread<number> =>
  traced(fe.sync, "do_fork", doFork(fe, current, FORK_FLAGS), { pid: current.pid });

/** @kernel sys_vfork in arch/x86/kernel/process.c */
export const sysVfork = (fe: ForkEnv, current: TaskStruct): KernelThread<number> =>
  traced(fe.sync, "do_fork", doFork(fe, current, VFORK_FLAGS), { pid: current.pid });

/**
 * @throws as doFork, at the first step of the thread
 * @kernel sys_clone in arch/x86/kernel/process.c
 */
export const sysClone = (
  fe: ForkEnv,
  current: TaskStruct,
  flags: number,
  options: CloneOptions = {},
): KernelThread<number> =>
  traced(fe.sync, "do_fork", doFork(fe, current, flags, options), { pid: current.pid });

/**
 * The child's own first step: it stores its pid where CLONE_CHILD_SETTID asked for it. Whoever runs
 * the child calls this; nothing calls it for a child that is not run.
 * @kernel schedule_tail in kernel/sched.c
 */
export function* scheduleTail(fe: ForkEnv, child: TaskStruct): KernelThread<void> {
  if (child.setChildTid !== 0) yield* putUser(fe, child, child.setChildTid);
}

/** @kernel wake_up_new_task in kernel/sched.c */
function wakeUpNewTask(child: TaskStruct): void {
  child.state = "running";
}

/** The child finds a SIGSTOP when it first runs. */
function stopNewTask(child: TaskStruct): void {
  child.hasPendingSignal = true;
  child.state = "stopped";
}

/** Whatever call it was: the signal at exit tells a process from anything else. */
function birthName(flags: number): "fork" | "vfork" | "clone" {
  if (flags & CloneFlag.VFORK) return "vfork";
  return (flags & CloneFlag.CSIGNAL) === Signal.SIGCHLD ? "fork" : "clone";
}

function expectCloneArgs(flags: number, { parentTid = 0, childTid = 0 }: CloneOptions): void {
  expectInteger("doFork", "flags", flags, 0, 2 ** 32 - 1);
  expectInteger("doFork", "parentTid", parentTid, 0, USER_END - 1);
  expectInteger("doFork", "childTid", childTid, 0, USER_END - 1);
}
