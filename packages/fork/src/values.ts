/** Values that the structures of tasks hold, and what tasks share: they name none of these. */

/** Events that getrusage reports: page faults and context switches. */
export interface UsageCounts {
  /** Faults without a read. */
  minFlt: number;
  /** Faults with one. */
  majFlt: number;
  /** Context switches that the task asked for. */
  nvcsw: number;
  /** Context switches that it did not. */
  nivcsw: number;
}

/**
 * Resource limits of a process: soft limits, in the unit of each, Infinity for none.
 * @example
 * ```ts
 * import { createForkEnv, Rlimit } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * const { initTask } = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * console.log(initTask.signal.rlimits[Rlimit.AS]); // Infinity
 * ```
 */
export const Rlimit = {
  /** Bytes. */
  DATA: "data",
  /** Bytes. */
  STACK: "stack",
  /** Tasks of the user. */
  NPROC: "nproc",
  /** Bytes. */
  MEMLOCK: "memlock",
  /** Bytes. */
  AS: "as",
} as const;
export type Rlimit = (typeof Rlimit)[keyof typeof Rlimit];

/** Soft limits of a process, by name: bytes, or a count; Infinity for none. */
export type Rlimits = Record<Rlimit, number>;

/** One user in one user namespace. */
export interface UserStruct {
  /** User id; 0 is root. */
  readonly uid: number;
  /** User namespace; 0 is the one of the machine. */
  readonly userNs: number;
  /** Tasks of this user that are not reaped yet. */
  processes: number;
}

/**
 * A task's identity.
 * @kernel struct cred in include/linux/cred.h
 */
export interface Cred {
  /** The user. */
  readonly user: UserStruct;
  /** Capability bits. */
  readonly caps: number;
}

/** Each field is the number of a namespace; 0 is the machine's. */
export interface Namespaces {
  /** Mounts. */
  readonly mnt: number;
  /** Host name. */
  readonly uts: number;
  /** System V objects. */
  readonly ipc: number;
  /** Process numbers of its children. */
  readonly pid: number;
  /** Network. */
  readonly net: number;
}

/**
 * Namespaces that tasks share.
 * @kernel struct nsproxy in include/linux/nsproxy.h
 */
export interface NsProxy extends Namespaces {
  /** Tasks that share it. */
  count: number;
}

/**
 * A table of open files, of which only the sharing is modelled.
 * @kernel struct files_struct in include/linux/fdtable.h
 */
export interface FilesStruct {
  /** Tasks that share it. */
  count: number;
}

/**
 * Root, working directory and umask, of which only the sharing is modelled.
 * @kernel struct fs_struct in include/linux/fs_struct.h
 */
export interface FsStruct {
  /** Tasks that share it. */
  users: number;
  /** Somebody who shares it is in exec: nobody may join. */
  inExec: boolean;
}

/** What a process does about the death of a child. NOCLDWAIT is the sigaction flag. */
export type SigchldAction = "default" | "ignore" | "nocldwait";

/**
 * Signal handlers, of which only SIGCHLD's is modelled.
 * @kernel struct sighand_struct in include/linux/sched.h
 */
export interface SighandStruct {
  /** Tasks that share it. */
  count: number;
  /** What is done when a child ends. */
  sigchld: SigchldAction;
}
