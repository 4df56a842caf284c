/**
 * One machine: its memory, its tasks, and what the system calls keep between them.
 *
 * Everything hangs off this one object, so two machines run side by side.
 */
import { expectInteger, type Pfn } from "@forkpath/abi";
import {
  createForkEnv,
  createUser,
  type ForkEnv,
  hasEnded,
  type TaskStruct,
  type UserStruct,
} from "@forkpath/fork";
import {
  createMmEnv,
  type MappedFile,
  type Migration,
  type MmEnv,
  type MmStruct,
  sysSwapon,
} from "@forkpath/mm";
import { nrFreePages } from "@forkpath/rmap";
import type { KernelThread, Refusal, SchedulePoint } from "@forkpath/sync";
import { type KernelConfig, type MachineConfig, resolveConfig } from "./config.ts";
import { type Profile, profileOf } from "./profiles/profile.ts";

/** A system call that cannot go on until `waitsFor` is ready. */
export interface WaitingCall {
  /** The call, suspended. */
  readonly thread: KernelThread<unknown>;
  /** The point that is not ready. */
  waitsFor: SchedulePoint;
}

/** What the calls of one machine share. */
export interface Machine {
  /** What it was made with, every default filled in. */
  readonly config: MachineConfig;
  /** The answers of its release. */
  readonly profile: Profile;
  /** The memory side. */
  readonly mm: MmEnv;
  /** The task side. */
  readonly fork: ForkEnv;
  /** Frames that were free when init ran first. */
  readonly freeAtBoot: number;
  /** Users that own a task or owned one, by uid. */
  readonly users: Map<number, UserStruct>;
  /** Files that somebody has opened, by path. */
  readonly files: Map<string, MappedFile>;
  /** Pages that are on their way from one frame to another, in the order of departure. */
  readonly migrations: Migration[];
  /** How often `pin` has taken a reference to each frame. */
  readonly pins: Map<Pfn, number>;
  /** Calls that wait, by the pid of the caller. */
  readonly waiting: Map<number, WaitingCall>;
  /** What calls that had to wait answered in the end, by pid. */
  readonly returned: Map<number, unknown>;
  /** Tasks that were killed and have not noticed: see `reapKilled` in call.ts. */
  readonly killed: Set<TaskStruct>;
  /** Address spaces that `check` has seen, until it has seen their end. */
  readonly seenMms: Set<MmStruct>;
  /** Those with entries of pages that are under migration or went bad, as of the last `check`. */
  readonly oddMms: Set<MmStruct>;
}

/**
 * A machine that has booted: init runs, and swap is on.
 * @throws RangeError or TypeError that names the key of `config` that is wrong
 * @kernel start_kernel in init/main.c
 */
export function createMachine(config: KernelConfig): Machine {
  const resolved = resolveConfig(config);
  const profile = profileOf(resolved.kernel, resolved.rules);
  const mm = createMmEnv({
    rules: profile.mm,
    counterRules: profile.counters,
    pageTableRules: profile.pageTable,
    swapRules: profile.swap,
    swapConfig: resolved,
    splitPtlocks: resolved.splitPtlocks,
    thp: resolved.transparentHugepage,
    nrCpus: resolved.nrCpus,
    nrNodes: resolved.nrNodes,
    memoryPages: resolved.memoryPages,
    commit: resolved.overcommit,
  });
  mm.maxMapCount = resolved.maxMapCount;
  for (const { pages, ...how } of resolved.swap) sysSwapon(mm, { ...how, max: pages + 1 });
  const { maxThreads, pidMax } = resolved;
  const fork = createForkEnv(mm, { maxThreads, pidMax, rules: profile.fork });
  Object.assign(fork.initTask.signal.rlimits, resolved.rlimits);
  const killed = new Set<TaskStruct>();
  fork.signalWakeUp = (task) => {
    killed.add(task);
    return true;
  };
  if (resolved.preempt) mm.sync.spinNeedbreak = nobodySpins;
  return {
    config: resolved,
    profile,
    mm,
    fork,
    freeAtBoot: nrFreePages(mm.map),
    users: new Map([[0, fork.rootUser]]),
    files: new Map(),
    migrations: [],
    pins: new Map(),
    waiting: new Map(),
    returned: new Map(),
    killed,
    seenMms: new Set(),
    oddMms: new Set(),
  };
}

/**
 * What a kernel with preemption is told where one call is made at a time. Explorers know better.
 */
const nobodySpins = (): boolean => false;

/**
 * The task that makes a call, or whose state is asked for.
 * @throws RangeError when there is no such task, or it is a zombie
 * @modelOnly current
 */
export function liveTask(machine: Machine, where: string, pid: number): TaskStruct {
  const task = machine.fork.tasks.get(pid);
  if (task === undefined || hasEnded(task)) {
    throw new RangeError(`${where}: pid must be that of a live task, got ${pid}`);
  }
  return task;
}

/**
 * Why the last call of a task, or of the kernel itself, was refused what it asked for; null where
 * it was refused nothing, and for a task that is gone.
 * @modelOnly the kernel keeps it to itself
 */
export function refusalOf({ mm, fork }: Machine, pid?: number): Refusal | null {
  const thread = pid === undefined ? mm.sync.current : fork.tasks.get(pid)?.thread;
  return thread?.refusal ?? null;
}

/**
 * The address space of the task that makes a call.
 * @throws RangeError when there is no such task, or it has none: init, and kernel threads
 * @modelOnly current->mm
 */
export function liveMm(machine: Machine, where: string, pid: number): MmStruct {
  const { mm } = liveTask(machine, where, pid);
  if (mm === null) {
    throw new RangeError(`${where}: pid must be that of a task with memory, got ${pid}`);
  }
  return mm;
}

const MOST_UID = 2 ** 32 - 2;

/**
 * The user of that uid, who is made if nobody was one before.
 * @throws RangeError or TypeError unless it is a uid
 * @kernel alloc_uid in kernel/user.c
 */
export function userOf({ users }: Machine, where: string, uid: number): UserStruct {
  expectInteger(where, "uid", uid, 0, MOST_UID);
  const known = users.get(uid);
  if (known !== undefined) return known;
  const user = createUser(uid);
  users.set(uid, user);
  return user;
}
