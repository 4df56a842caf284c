/**
 * The end of a whole process: one thread decides, all others are killed (exit_group, a fatal
 * signal, exec of a process with threads).
 */
import type { KernelThread } from "@forkpath/sync";
import { doExit, exitStatus } from "./do-exit.ts";
import type { ForkEnv } from "./env.ts";
import { TaskFlag, type TaskStruct } from "./task.ts";

/**
 * Ends the process of `task` with `code`, in doExit's form; the first caller's code counts.
 * @throws RangeError as doExit does
 * @kernel do_group_exit in kernel/exit.c
 * @deviates See zapOtherThreads: `task` is the last to go, where Linux lets them race.
 */
export function* doGroupExit(fe: ForkEnv, task: TaskStruct, code: number): KernelThread<void> {
  const { signal } = task;
  if (!signal.isGroupExit) {
    signal.isGroupExit = true;
    signal.groupExitCode = code;
    yield* zapOtherThreads(fe, task, code);
  }
  yield* doExit(fe, task, signal.groupExitCode);
}

/**
 * exit_group(2), which is what exit(3) calls.
 * @kernel sys_exit_group in kernel/exit.c
 */
export const sysExitGroup = (fe: ForkEnv, task: TaskStruct, status: number): KernelThread<void> =>
  doGroupExit(fe, task, exitStatus(status));

/**
 * The task dies of a signal, and its process with it.
 * @kernel the fatal end of get_signal_to_deliver in kernel/signal.c
 */
export function dieOfSignal(fe: ForkEnv, task: TaskStruct, signal: number): KernelThread<void> {
  task.flags |= TaskFlag.SIGNALED;
  return doGroupExit(fe, task, signal);
}

/**
 * Kills all threads of the group but `task`.
 * @kernel zap_other_threads in kernel/signal.c
 * @deviates Interleaved, each of them notices `isKilled` when it is scheduled, as in Linux. Alone
 * on the machine they exit here, one after the other, since nobody would schedule them.
 */
export function* zapOtherThreads(fe: ForkEnv, task: TaskStruct, code: number): KernelThread<void> {
  const { sync } = fe;
  const others = task.signal.threads.filter((one) => one !== task && isAlive(one));
  for (const other of others) {
    other.hasPendingSignal = true;
    other.isKilled = true;
    other.flags |= TaskFlag.SIGNALED;
  }
  if (sync.interleaved) return;
  const self = sync.current;
  for (const other of others) {
    sync.current = other.thread;
    yield* doExit(fe, other, code);
    sync.current = self;
  }
}

const isAlive = ({ flags }: TaskStruct): boolean => (flags & TaskFlag.EXITING) === 0;
