/**
 * The system calls that make and end tasks, each for the task that makes it.
 */
import { Errno } from "@forkpath/abi";
import {
  ANY_CHILD,
  type CloneOptions,
  type ExecRequest,
  getrusage,
  type ProgramImage,
  type Rusage,
  RusageWho,
  sysClone,
  sysExecve,
  sysExit,
  sysExitGroup,
  sysFork,
  sysSetuid,
  sysVfork,
  sysWait4,
  type TaskStruct,
  WaitOption,
  type WaitResult,
} from "@forkpath/fork";
import type { KernelThread } from "@forkpath/sync";
import { openFile } from "./file-calls.ts";
import { liveTask, type Machine, userOf } from "./machine.ts";

/** A program; by default a page each of text, data and bss, and no strings but its path. */
export interface ExecOptions
  extends Partial<Omit<ProgramImage, "file">>,
    Omit<ExecRequest, "image"> {
  /** Path of the program. */
  readonly path: string;
}

/** Calls about tasks: each is a thread to step through. */
export interface ProcessCalls {
  /**
   * fork(2). @returns the child's pid, or a negative errno
   * @example
   * ```ts
   * import { createKernel } from "@forkpath/kernel";
   * const kernel = createKernel({ memoryPages: 1024 });
   * const parent = kernel.createProcess();
   * const child = kernel.fork(parent);
   * console.log(kernel.process(child).ppid === parent); // true
   * ```
   */
  fork(pid: number): KernelThread<number>;
  /** vfork(2): the parent waits until the child has called exec or exit. */
  vfork(pid: number): KernelThread<number>;
  /**
   * clone(2).
   * @param flags CloneFlag bits and the exit signal
   */
  clone(pid: number, flags: number, options?: CloneOptions): KernelThread<number>;
  /**
   * Replaces the program. A task that is killed on the way is a zombie afterwards.
   * @returns 0 or a negative errno
   */
  execve(pid: number, options: ExecOptions): KernelThread<number>;
  /**
   * The task becomes another user's, with root's privileges or none. @returns 0, -EPERM or -EAGAIN
   */
  setuid(pid: number, uid: number): KernelThread<number>;
  /** Ends one thread. @returns 0, to whoever has run it */
  exit(pid: number, status?: number): KernelThread<number>;
  /** Ends the process with all its threads. @returns 0, to whoever has run it */
  exitGroup(pid: number, status?: number): KernelThread<number>;
  /**
   * Waits until a child has died, by default any, and reaps it.
   * @returns the child's pid, or a negative errno
   */
  waitFor(pid: number, child?: number): KernelThread<number>;
}

/** Calls that only tell, and never wait: each is a thread all the same. */
export interface ProcessQueries {
  /** Reaps a child that has died, by default any; does not wait for one: `pid` 0 says so. */
  wait(pid: number, child?: number): KernelThread<WaitResult>;
  /**
   * getrusage(2).
   * @param who RusageWho.SELF by default, CHILDREN or THREAD
   * @throws RangeError for anything else
   */
  getrusage(pid: number, who?: RusageWho): KernelThread<Rusage>;
}

/** @modelOnly the part of the system call table that is about tasks */
export function processCalls(machine: Machine): ProcessCalls {
  const { fork: fe } = machine;
  const task = (where: string, pid: number): TaskStruct => liveTask(machine, where, pid);
  return {
    fork: (pid) => sysFork(fe, task("fork", pid)),
    vfork: (pid) => sysVfork(fe, task("vfork", pid)),
    clone: (pid, flags, options) => sysClone(fe, task("clone", pid), flags, options),
    *execve(pid, options) {
      const caller = task("execve", pid);
      if (options.path === "") return -Errno.ENOENT;
      return yield* sysExecve(fe, caller, execRequest(machine, options));
    },
    setuid: (pid, uid) => sysSetuid(fe, task("setuid", pid), userOf(machine, "setuid", uid)),
    *exit(pid, status = 0) {
      yield* sysExit(fe, task("exit", pid), status);
      return 0;
    },
    *exitGroup(pid, status = 0) {
      yield* sysExitGroup(fe, task("exitGroup", pid), status);
      return 0;
    },
    *waitFor(pid, child = ANY_CHILD) {
      return (yield* sysWait4(fe, task("waitFor", pid), child)).pid;
    },
  };
}

/** @modelOnly the part of the system call table that is about tasks */
export const processQueries = (machine: Machine): ProcessQueries => ({
  wait: (pid, child = ANY_CHILD) =>
    sysWait4(machine.fork, liveTask(machine, "wait", pid), child, WaitOption.NOHANG),
  getrusage(pid, who = RusageWho.SELF) {
    if (!ASKED.includes(who)) {
      throw new RangeError(
        `getrusage: who must be RusageWho.SELF, CHILDREN or THREAD, got ${String(who)}`,
      );
    }
    return getrusage(machine.fork, liveTask(machine, "getrusage", pid), who);
  },
});

/** Whom a task can ask about; BOTH is for wait4 alone. */
const ASKED: readonly unknown[] = [RusageWho.SELF, RusageWho.CHILDREN, RusageWho.THREAD];

/** The program file is made if it is new, as long as its text and data need. */
function execRequest(machine: Machine, options: ExecOptions): ExecRequest {
  const { path, argv, envp, stackTop, filename, isExecutable, isProgram, ...given } = options;
  const sizes = { textPages: 1, dataPages: 1, bssPages: 1, ...given };
  const sizePages = (given.textPgoff ?? 0) + sizes.textPages + sizes.dataPages;
  const { file } = openFile(machine, path, { sizePages });
  return { image: { ...sizes, file }, argv, envp, stackTop, filename, isExecutable, isProgram };
}
