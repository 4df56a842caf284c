/**
 * All tasks of one machine, and what their system calls are decided by.
 *
 * Nothing here is global: two machines run side by side. `mm` is the machine's memory.
 */
import { expectInteger, rulesOf } from "@forkpath/abi";
import type { MmEnv } from "@forkpath/mm";
import { createSpinLock } from "@forkpath/sync";
import { ALL_CAPABILITIES, createUser } from "../task/cred.ts";
import { createNsProxy } from "../task/namespaces.ts";
import { createPidMap } from "../task/pid.ts";
import { initialRlimits } from "../task/rlimit.ts";
import { createFiles, createFs, createSighand } from "../task/shared-structs.ts";
import { createSignal } from "../task/signal-struct.ts";
import { createTask } from "../task/task.ts";
import type { ForkEnv, ForkRules, TaskStruct, UserStruct } from "../types.ts";
import { forkRules } from "./book.ts";

/** The release, and the size of the machine. */
export interface ForkEnvOptions {
  /** Tasks that the machine may have; by default a 32nd of its pages, 20 at least. */
  readonly maxThreads?: number;
  /** Pids stay below it. */
  readonly pidMax?: number;
  /** What the kernel does where releases differ; by default as el6 does. */
  readonly rules?: ForkRules;
}

/** @kernel PID_MAX_DEFAULT in include/linux/threads.h */
const PID_MAX_DEFAULT = 32_768;
/** Kernel stacks may take an eighth of memory, at four pages each. */
const PAGES_PER_THREAD = 32;
const LEAST_THREADS = 20;

/**
 * A machine whose only task is init: pid 1, root, without memory of its own.
 * @throws RangeError or TypeError when an option is out of range
 * @kernel fork_init in kernel/fork.c, and INIT_TASK
 * @example
 * ```ts
 * import { createForkEnv } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * console.log(fe.initTask.pid, fe.maxThreads); // 1 128
 * ```
 */
export function createForkEnv(mm: MmEnv, options: ForkEnvOptions = {}): ForkEnv {
  const { pidMax = PID_MAX_DEFAULT, rules = rulesOf(forkRules, "el6") } = options;
  const { maxThreads = defaultMaxThreads(mm.commit.totalRamPages) } = options;
  expectInteger("createForkEnv", "pidMax", pidMax, 2, 2 ** 22);
  expectInteger("createForkEnv", "maxThreads", maxThreads, 1, 2 ** 31 - 1);
  const rootUser = createUser(0);
  const initTask = createInitTask(rootUser, maxThreads);
  const pidMap = createPidMap(pidMax);
  pidMap.used.add(initTask.pid);
  pidMap.last = initTask.pid;
  return {
    mm,
    sync: mm.sync,
    tasks: new Map([[initTask.pid, initTask]]),
    initTask,
    rootUser,
    pidMap,
    tasklistLock: createSpinLock("tasklist_lock"),
    nrThreads: 1,
    maxThreads,
    totalForks: 0,
    nextNamespace: 1,
    failStep: new Map(),
    rules,
    signalWakeUp: () => false,
  };
}

/**
 * Tasks that a machine of so many pages may have by default.
 * @kernel fork_init in kernel/fork.c
 */
export const defaultMaxThreads = (memoryPages: number): number =>
  Math.max(LEAST_THREADS, Math.floor(memoryPages / PAGES_PER_THREAD));

function createInitTask(user: UserStruct, maxThreads: number): TaskStruct {
  const init = createTask(1, {
    comm: "init",
    cred: { user, caps: ALL_CAPABILITIES },
    signal: createSignal(initialRlimits(maxThreads), 0, true),
    sighand: createSighand(),
    fs: createFs(),
    nsproxy: createNsProxy(),
  });
  init.files = createFiles();
  init.signal.threads.push(init);
  user.processes++;
  return init;
}
