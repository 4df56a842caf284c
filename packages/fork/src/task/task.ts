/**
 * task_struct: one thread of execution, as far as fork, exec, exit and wait look at it.
 *
 * A process is a group of tasks that share a `SignalStruct`; its leader's pid is the tgid of all.
 * A kernel thread has no `mm`, and borrows `activeMm`.
 */
import { createSpinLock, createThread, type SpinLock, type Thread } from "@forkpath/sync";
import type { TaskStruct } from "../types.ts";
import { createUsage } from "./usage.ts";

/** Bits of `TaskStruct.flags`. @kernel PF_* in include/linux/sched.h */
export const TaskFlag = {
  /** Being created: no signal may wake it. */
  STARTING: 0x2,
  /** In do_exit. */
  EXITING: 0x4,
  /** Forked, but has not called exec. */
  FORKNOEXEC: 0x40,
  /** Its user had as many tasks as it may have when the task became that user's. */
  NPROC_EXCEEDED: 0x1000,
  /** Used super-user privileges. */
  SUPERPRIV: 0x100,
  /** Killed by a signal. */
  SIGNALED: 0x400,
  /** A thread of the kernel, without memory of its own. */
  KTHREAD: 0x200000,
} as const;

/** The exit signal of a thread that is not its group's leader: nobody is told. */
export const NO_EXIT_SIGNAL = -1;

/** What a task cannot do without. */
export type TaskParts = Pick<TaskStruct, "comm" | "signal" | "sighand" | "fs" | "cred" | "nsproxy">;

/**
 * A task without parent, memory or open files, that nobody can find yet.
 * @modelOnly INIT_TASK, and what a kernel finds at boot
 */
export function createTask(pid: number, parts: TaskParts): TaskStruct {
  const task: Omit<TaskStruct, "realParent" | "parent" | "groupLeader"> = {
    ...parts,
    ...createUsage(),
    pid,
    tgid: pid,
    state: "running",
    flags: 0,
    mm: null,
    activeMm: null,
    children: [],
    exitSignal: 0,
    exitCode: 0,
    files: null,
    activePidNs: parts.nsproxy.pid,
    vforkDone: null,
    setChildTid: 0,
    clearChildTid: 0,
    robustList: 0,
    hasSigaltstack: false,
    hasPendingSignal: false,
    isKilled: false,
    taskLock: createTaskLock(pid),
    thread: createTaskThread(pid, parts.comm),
  };
  return joinItself(task);
}

/** @modelOnly spin_lock_init of alloc_lock */
export const createTaskLock = (pid: number): SpinLock =>
  createSpinLock("task_lock", `task${pid}`, "alloc_lock");

/** @modelOnly a task is what the kernel schedules */
export const createTaskThread = (pid: number, comm: string, cpu = 0): Thread =>
  createThread(pid, `${comm}:${pid}`, cpu);

/**
 * True for the task whose pid names the process.
 * @kernel thread_group_leader in include/linux/sched.h
 */
export const isGroupLeader = (task: TaskStruct): boolean => task.groupLeader === task;

/**
 * True when a leader is the only task of its group that is not released.
 * @kernel thread_group_empty in include/linux/sched.h
 */
export const isGroupEmpty = (leader: TaskStruct): boolean => leader.signal.threads.length === 1;

/**
 * True from the first step of exit on.
 * @modelOnly the test of PF_EXITING
 */
export const isExiting = ({ flags }: TaskStruct): boolean => (flags & TaskFlag.EXITING) !== 0;

/**
 * True for a zombie, and for what is not even that any more.
 * @modelOnly the test of EXIT_ZOMBIE and EXIT_DEAD
 */
export const hasEnded = ({ state }: TaskStruct): boolean => state === "zombie" || state === "dead";

/** Makes the task its own parent and leader, as init_task is. */
function joinItself(parts: Omit<TaskStruct, "realParent" | "parent" | "groupLeader">): TaskStruct {
  const task = parts as TaskStruct;
  task.realParent = task;
  task.parent = task;
  task.groupLeader = task;
  return task;
}
