/**
 * Tasks that no fork made: what a scenario starts with, each with an empty address space that its
 * caller fills, and kernel threads, which have none. No task makes them, so they are made at once
 * and cannot be stepped (decision 0014).
 */
import { Errno, Signal } from "@forkpath/abi";
import { joinCounters } from "@forkpath/counters";
import { mmAlloc } from "@forkpath/mm";
import { archPickMmapLayout } from "@forkpath/mm/internal";
import { runToCompletion } from "@forkpath/sync";
import { allocPidmap, freePid, NO_PID } from "../task/pid.ts";
import { createFiles, createFs, createSighand } from "../task/shared-structs.ts";
import { createSignal } from "../task/signal-struct.ts";
import { createTask, TaskFlag } from "../task/task.ts";
import type { Cred, ForkEnv, TaskStruct, UserStruct } from "../types.ts";

/** A process to be. */
export interface ProcessOptions {
  /** Name of its program, up to 15 bytes. */
  readonly comm: string;
  /** By default init. */
  readonly parent?: TaskStruct;
  /** By default root. */
  readonly user?: UserStruct;
  /** Capability bits; by default the parent's for root, and none for others. */
  readonly caps?: number;
}

/**
 * A process with an empty address space, linked in as a child that its parent can wait for.
 * @returns the task; -ENOMEM when there is no pid or no memory for its mm
 * @modelOnly fork and exec in one, without a parent's memory to copy
 */
export function createProcess(fe: ForkEnv, options: ProcessOptions): TaskStruct | number {
  const pid = allocPidmap(fe.pidMap);
  if (pid === NO_PID) return -Errno.ENOMEM;
  const mm = runToCompletion(mmAlloc(fe.mm, null));
  if (mm === null) {
    freePid(fe, pid);
    return -Errno.ENOMEM;
  }
  archPickMmapLayout(mm);
  const task = linkTask(fe, pid, options);
  task.mm = mm;
  joinCounters(mm.counters, task.thread);
  task.activeMm = mm;
  task.files = createFiles();
  task.exitSignal = Signal.SIGCHLD;
  return task;
}

/**
 * A task that runs in the kernel only.
 * @returns the task; -ENOMEM when there is no pid
 * @kernel kernel_thread in arch/x86/kernel/process_64.c
 */
export function createKernelThread(fe: ForkEnv, comm: string): TaskStruct | number {
  const pid = allocPidmap(fe.pidMap);
  if (pid === NO_PID) return -Errno.ENOMEM;
  const task = linkTask(fe, pid, { comm });
  task.flags |= TaskFlag.KTHREAD;
  return task;
}

function linkTask(fe: ForkEnv, pid: number, options: ProcessOptions): TaskStruct {
  const { comm, parent = fe.initTask } = options;
  const { signal, nsproxy } = parent;
  nsproxy.count++;
  const cred = credOf(fe, options, parent);
  const task = createTask(pid, {
    comm,
    cred,
    nsproxy,
    signal: createSignal(signal.rlimits, signal.oomScoreAdj),
    sighand: createSighand(),
    fs: createFs(),
  });
  task.realParent = parent;
  task.parent = parent;
  task.signal.threads.push(task);
  parent.children.push(task);
  cred.user.processes++;
  fe.tasks.set(pid, task);
  fe.nrThreads++;
  return task;
}

function credOf(fe: ForkEnv, options: ProcessOptions, parent: TaskStruct): Cred {
  const { user = fe.rootUser } = options;
  const { caps = user === fe.rootUser ? parent.cred.caps : 0 } = options;
  return { user, caps };
}
