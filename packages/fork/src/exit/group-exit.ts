/**
 * The end of a whole process: one thread decides, all others are killed (exit_group, a fatal
 * signal, exec of a process with threads).
 *
 * To be killed is a mark. A task acts on it when it is about to return to user space: one that
 * waits inside a call, with locks that it holds there, comes to that call's end first.
 */
import {
  type KernelThread,
  makePoint,
  PointKind,
  runAs,
  type SchedulePoint,
  stopAt,
} from "@forkpath/sync";
import { signalsPoint } from "../task/points.ts";
import { isExiting, isGroupEmpty, TaskFlag } from "../task/task.ts";
import type { ForkEnv, SignalStruct, TaskStruct } from "../types.ts";
import { doExit, exitStatus } from "./do-exit.ts";

/**
 * Whether all threads of the process but one are on their way out, or all of them are.
 * @kernel signal_group_exit in include/linux/sched.h
 */
export const isGroupEnding = ({ isGroupExit, groupExitTask }: SignalStruct): boolean =>
  isGroupExit || groupExitTask !== null;

/**
 * Ends the process of `task` with `code`, in doExit's form; the first caller's code counts. A
 * thread that an exec has killed leaves by itself.
 * @throws RangeError as doExit does
 * @kernel do_group_exit in kernel/exit.c
 */
export function* doGroupExit(fe: ForkEnv, task: TaskStruct, code: number): KernelThread<void> {
  const { signal } = task;
  if (fe.sync.interleaved) yield* stopAt(fe.sync, signalsPoint(task));
  if (!isGroupEnding(signal)) {
    signal.isGroupExit = true;
    signal.groupExitCode = code;
    yield* zapOtherThreads(fe, task);
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
 * Sends a signal that ends the process: every thread of it is killed.
 * @returns the threads whose exit the caller has to run
 * @throws RangeError for init
 * @kernel complete_signal in kernel/signal.c
 * @example
 * ```ts
 * import { createForkEnv, createProcess, sendFatalSignal } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * const server = createProcess(fe, { comm: "redis" });
 * if (typeof server === "number") throw new Error("no memory");
 * console.log(sendFatalSignal(fe, server, 9).length, server.isKilled); // 1 true
 * ```
 */
export function sendFatalSignal(fe: ForkEnv, { signal }: TaskStruct, code: number): TaskStruct[] {
  if (signal.isUnkillable) {
    throw new RangeError("sendFatalSignal: any process but init was wanted: no signal kills it");
  }
  if (!signal.isGroupExit) {
    signal.isGroupExit = true;
    signal.groupExitCode = code;
  }
  return signal.threads.filter((thread) => isAlive(thread) && !killThread(fe, thread));
}

/**
 * Kills all threads of the group but `task`.
 * @kernel zap_other_threads in kernel/signal.c
 * @deviates A thread whose exit the scheduler does not promise to run (`fe.signalWakeUp`) exits
 *   here, inside the path of `task`.
 */
export function* zapOtherThreads(fe: ForkEnv, task: TaskStruct): KernelThread<void> {
  const { signal } = task;
  if (isGroupEmpty(task)) return;
  yield* stopAt(fe.sync, threadsPoint(task));
  const others = signal.threads.filter((one) => one !== task && isAlive(one));
  for (const other of others.filter((one) => !killThread(fe, one))) {
    other.flags |= TaskFlag.SIGNALED;
    yield* runAs(fe.sync, other.thread, doExit(fe, other, signal.groupExitCode));
  }
}

const threadsPoint = ({ signal, tgid }: TaskStruct): SchedulePoint =>
  makePoint(
    PointKind.ATOMIC,
    signal,
    { kind: "thread", owner: `${tgid}`, field: "threads" },
    `threads of ${tgid}`,
  );

/** @returns whether the scheduler will run its exit */
function killThread({ signalWakeUp }: ForkEnv, task: TaskStruct): boolean {
  task.hasPendingSignal = true;
  task.isKilled = true;
  return signalWakeUp(task);
}

const isAlive = (task: TaskStruct): boolean => !isExiting(task);
