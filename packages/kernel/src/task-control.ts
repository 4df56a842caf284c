/** Making tasks that nobody forked, and sending them signals. */
import { Errno, expectInteger, Signal } from "@forkpath/abi";
import { MmCounter, peekCheapRss, setMmCounter } from "@forkpath/counters";
import {
  createKernelThread,
  createProcess,
  hasEnded,
  type Rlimits,
  sendFatalSignal,
} from "@forkpath/fork";
import { dieOfSignal, signalsPoint } from "@forkpath/fork/internal";
import { type KernelThread, runAs, runToCompletion, stopAt } from "@forkpath/sync";
import { resumeCalls } from "./call.ts";
import { liveMm, liveTask, type Machine, userOf } from "./machine.ts";

/** A process that is there all at once. */
export interface NewProcess {
  /** Name of its program; by default `task`. */
  readonly comm?: string;
  /** By default root's. */
  readonly uid?: number;
  /** Capability bits; by default all for root, and none for others. */
  readonly caps?: number;
  /** By default init. */
  readonly parent?: number;
  /** Limits that differ from init's; Infinity for none. */
  readonly rlimits?: Partial<Rlimits>;
}

/**
 * A process with an empty address space.
 * @returns its pid, or -ENOMEM
 * @throws RangeError or TypeError for a uid or a parent that cannot be
 * @modelOnly fork and exec of a program that needs no memory
 */
export function newProcess(machine: Machine, options: NewProcess = {}): number {
  const { comm = "task", uid = 0, caps, parent, rlimits = {} } = options;
  const task = createProcess(machine.fork, {
    comm,
    user: userOf(machine, "createProcess", uid),
    ...(caps === undefined ? {} : { caps }),
    ...(parent === undefined ? {} : { parent: liveTask(machine, "createProcess", parent) }),
  });
  if (typeof task === "number") return task;
  Object.assign(task.signal.rlimits, rlimits);
  return task.pid;
}

/**
 * A task that runs in the kernel only.
 * @returns its pid, or -ENOMEM
 * @kernel kernel_thread in arch/x86/kernel/process_64.c
 */
export function newKernelThread(machine: Machine, comm = "kthread"): number {
  const task = createKernelThread(machine.fork, comm);
  return typeof task === "number" ? task : task.pid;
}

/**
 * A signal that ends the process. A thread that waits dies when its call is over; a vfork parent
 * stops waiting at once.
 * @returns whether the task is dead now
 * @throws RangeError when there is no such task, or it is init
 * @kernel sys_kill in kernel/signal.c
 */
export function killTask(machine: Machine, pid: number, signal: number = Signal.SIGKILL): boolean {
  const task = liveTask(machine, "kill", pid);
  for (const thread of sendFatalSignal(machine.fork, task, signal)) machine.killed.add(thread);
  resumeCalls(machine);
  return hasEnded(task);
}

/**
 * `killTask` as steps of the thread that sends the signal. It runs the exit of every thread that is
 * in no call, and that no scheduler has promised to run.
 * @returns whether the task is dead now
 * @throws RangeError when there is no such task, or it is init
 * @kernel sys_kill in kernel/signal.c
 */
export function* killTaskSteps(
  machine: Machine,
  pid: number,
  signal: number = Signal.SIGKILL,
): KernelThread<boolean> {
  const { fork, mm } = machine;
  const task = liveTask(machine, "kill", pid);
  if (mm.sync.interleaved) yield* stopAt(mm.sync, signalsPoint(task));
  for (const thread of sendFatalSignal(fork, task, signal)) {
    yield* runAs(mm.sync, thread.thread, dieOfSignal(fork, thread, signal));
  }
  resumeCalls(machine);
  return hasEnded(task);
}

/**
 * Makes a signal pending that has a handler, or takes it back: a fork that sees it starts over
 * (D11), a wait ends with -EINTR.
 * @throws RangeError when there is no such task
 * @kernel the TIF_SIGPENDING of signal_wake_up in kernel/signal.c
 */
export function setSignalPending(machine: Machine, pid: number, isPending: boolean): void {
  liveTask(machine, "setSignalPending", pid).hasPendingSignal = isPending;
  resumeCalls(machine);
}

/**
 * The task runs on that CPU from now on, and so do those that it makes.
 * @throws RangeError when there is no such task, or no such CPU
 * @kernel sched_setaffinity in kernel/sched.c
 */
export function setCpu(machine: Machine, pid: number, cpu: number): void {
  expectInteger("setCpu", "cpu", cpu, 0, machine.config.nrCpus - 1);
  liveTask(machine, "setCpu", pid).thread.cpu = cpu;
}

/**
 * Lets the peak of the memory in use begin anew, with what is in use now.
 * @returns 0 or -EINVAL
 * @throws RangeError when there is no such task, or it has no address space
 * @kernel clear_refs_write in fs/proc/task_mmu.c, of a 5
 */
export function resetPeak(machine: Machine, pid: number): number {
  const { counters } = liveMm(machine, "resetPeak", pid);
  if (machine.profile.proc.peakReset === "refused") return -Errno.EINVAL;
  const { sync } = machine.mm;
  const rss = Number(peekCheapRss(counters));
  runToCompletion(setMmCounter(sync, counters, MmCounter.HIWATER_RSS, rss));
  return 0;
}

/**
 * The address space is being written to a core file, or no longer: whoever waits to leave it goes
 * on then.
 * @throws RangeError when there is no such task, or it has no address space
 * @kernel do_coredump in fs/exec.c
 * @deviates Nothing is written, and nobody is killed.
 */
export function setCoreDump(machine: Machine, pid: number, isRunning: boolean): void {
  liveMm(machine, "setCoreDump", pid).coreState = isRunning;
  resumeCalls(machine);
}
