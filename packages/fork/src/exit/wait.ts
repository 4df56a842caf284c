/**
 * wait4: the parent learns of a death, takes over the child's statistics, and the zombie is gone
 * (SPEC §8.7).
 */
import { Errno, expectInteger, Signal } from "@forkpath/abi";
import { EventClass, emit } from "@forkpath/events";
import {
  type KernelThread,
  PointKind,
  type SchedulePoint,
  spinUnlockNow,
  stopAt,
  takeLeafLock,
} from "@forkpath/sync";
import { isGroupEmpty, isGroupLeader, NO_EXIT_SIGNAL } from "../task/task.ts";
import { addUsage } from "../task/usage.ts";
import type { ForkEnv, TaskStruct } from "../types.ts";
import { releaseTask } from "./release-task.ts";
import { getrusage, type Rusage, RusageWho } from "./rusage.ts";

/** Option bits of wait4(2). */
export const WaitOption = {
  /** Do not wait: `pid` 0 says that no child has died. */
  NOHANG: 0x1,
  /** Children of all kinds. */
  ALL: 0x40000000,
  /** Only children whose exit signal is not SIGCHLD. */
  CLONE: 0x80000000,
} as const;

/** Any child: the pid -1 of wait4(2). */
export const ANY_CHILD = -1;

/** What wait4(2) answers. */
export interface WaitResult {
  /** The child that was reaped; 0 if NOHANG found none; else -ECHILD or -EINTR. */
  readonly pid: number;
  /** The status word of wait(2): exit status in bits 8 to 15, signal in bits 0 to 6. */
  readonly status: number;
  /** What the child used, its own reaped children included; null without one. */
  readonly rusage: Rusage | null;
}

/**
 * Waits for a child of any thread of the caller's process. Alone on the machine the generator is
 * left suspended until a child dies.
 * @param pid of a child, or ANY_CHILD
 * @throws RangeError or TypeError for another pid below 1: process groups are not modelled
 * @kernel sys_wait4 in kernel/exit.c
 * @deviates Answers -EINTR to a signal, as a program with a handler sees it; stopped children are
 * not reported.
 * @example
 * ```ts
 * import { createForkEnv, createProcess, sysWait4 } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * const server = createProcess(fe, { comm: "redis" });
 * if (typeof server === "number") throw new Error("no memory");
 * console.log(runToCompletion(sysWait4(fe, server)).pid); // -10
 * ```
 */
export function* sysWait4(
  fe: ForkEnv,
  current: TaskStruct,
  pid: number = ANY_CHILD,
  options = 0,
): KernelThread<WaitResult> {
  if (pid !== ANY_CHILD) expectInteger("sysWait4", "pid", pid, 1, fe.pidMap.max);
  const point = deathPoint(current, pid, options);
  yield* stopAt(fe.sync, point);
  for (;;) {
    const children = eligibleChildren(current, pid, options);
    const zombie = children.find(isReapable);
    if (zombie !== undefined) return yield* waitTaskZombie(fe, current, zombie);
    if (children.length === 0) return without(-Errno.ECHILD);
    if (options & WaitOption.NOHANG) return without(0);
    if (current.hasPendingSignal) return without(-Errno.EINTR);
    yield point;
  }
}

const without = (pid: number): WaitResult => ({ pid, status: 0, rusage: null });

function deathPoint(current: TaskStruct, pid: number, options: number): SchedulePoint {
  return {
    kind: PointKind.WAIT,
    object: current.signal,
    of: { kind: "child", owner: `${current.tgid}`, field: "children" },
    label: `children of ${current.tgid}`,
    ready: () => {
      const children = eligibleChildren(current, pid, options);
      const isDecided = children.length === 0 || children.some(isReapable);
      return isDecided || current.hasPendingSignal || (options & WaitOption.NOHANG) !== 0;
    },
  };
}

/** @kernel eligible_child in kernel/exit.c, over the children of all threads */
function eligibleChildren(current: TaskStruct, pid: number, options: number): TaskStruct[] {
  const isOfKind = (child: TaskStruct): boolean =>
    (options & WaitOption.ALL) !== 0 ||
    (child.exitSignal !== Signal.SIGCHLD) === ((options & WaitOption.CLONE) !== 0);
  return current.signal.threads
    .flatMap(({ children }) => children)
    .filter((child) => (pid === ANY_CHILD || child.pid === pid) && isOfKind(child));
}

/** A leader whose threads live on has to wait for them. @kernel delay_group_leader */
const isReapable = (child: TaskStruct): boolean =>
  child.state === "zombie" && isGroupLeader(child) && isGroupEmpty(child);

/** @kernel wait_task_zombie in kernel/exit.c */
function* waitTaskZombie(
  fe: ForkEnv,
  current: TaskStruct,
  child: TaskStruct,
): KernelThread<WaitResult> {
  const { pid, signal } = child;
  child.state = "dead"; // nobody else may reap it
  if (child.exitSignal !== NO_EXIT_SIGNAL) inheritUsage(fe, current, child);
  const rusage = yield* getrusage(fe, child, RusageWho.BOTH);
  const status = signal.isGroupExit ? signal.groupExitCode : child.exitCode;
  releaseTask(fe, child);
  if (fe.sync.traced & EventClass.TASK) {
    emit(fe.sync, { kind: "task", what: "reap", pid: current.pid, other: pid });
  }
  return { pid, status, rusage };
}

/** The largest peak is kept, of the child or of its own children; the counts add up. */
function inheritUsage(fe: ForkEnv, current: TaskStruct, child: TaskStruct): void {
  const { signal: to } = current;
  const { signal: from } = child;
  takeLeafLock(fe.sync, fe.tasklistLock, "wait_task_zombie");
  addUsage(to.children, child);
  addUsage(to.children, from.own);
  addUsage(to.children, from.children);
  for (const peak of [from.maxrss, from.cmaxrss]) if (to.cmaxrss < peak) to.cmaxrss = peak;
  spinUnlockNow(fe.sync, fe.tasklistLock, "wait_task_zombie");
}
