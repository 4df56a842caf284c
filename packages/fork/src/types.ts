/**
 * The structures of tasks, as the kernel keeps them in sched.h. They name each other, so they stand
 * in one file, below everything else of the package.
 *
 *    ForkEnv       all tasks of one machine, and what their system calls are decided by
 *    TaskStruct    one thread of execution
 *    SignalStruct  what the threads of one process share besides memory
 *    Cloning       one clone under way
 */
import type { MaxrssSlot } from "@forkpath/counters";
import type { MmEnv, MmStruct, MmUsage } from "@forkpath/mm";
import type { Completion, KernelThread, RwSem, SpinLock, Sync, Thread } from "@forkpath/sync";

/** Events that getrusage reports: page faults and context switches. */
export interface UsageCounts {
  minFlt: number;
  majFlt: number;
  /** Context switches that the task asked for. */
  nvcsw: number;
  /** Context switches that it did not. */
  nivcsw: number;
}

/** Resource limits of a process: soft limits, in the unit of each, Infinity for none. */
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

export type Rlimits = Record<Rlimit, number>;

/** One user in one user namespace. */
export interface UserStruct {
  readonly uid: number;
  /** User namespace; 0 is the one of the machine. */
  readonly userNs: number;
  /** Tasks of this user that are not reaped yet. */
  processes: number;
}

export interface Cred {
  readonly user: UserStruct;
  /** Capability bits. */
  readonly caps: number;
}

/** Each field is the number of a namespace; 0 is the machine's. */
export interface Namespaces {
  readonly mnt: number;
  readonly uts: number;
  readonly ipc: number;
  readonly pid: number;
  readonly net: number;
}

export interface NsProxy extends Namespaces {
  count: number;
}

export interface FilesStruct {
  count: number;
}

export interface FsStruct {
  users: number;
  /** Somebody who shares it is in exec: nobody may join. */
  inExec: boolean;
}

/** What a process does about the death of a child. NOCLDWAIT is the sigaction flag. */
export type SigchldAction = "default" | "ignore" | "nocldwait";

export interface SighandStruct {
  count: number;
  sigchld: SigchldAction;
}

export interface SignalStruct extends MaxrssSlot {
  /** Threads that are not released. */
  count: number;
  /** Threads that have not begun to exit. */
  live: number;
  /** The thread group, in the order of joining. */
  readonly threads: TaskStruct[];
  /** Peak rss in pages over all images so far: SPEC §7.9. */
  maxrss: bigint;
  /** The largest peak among children that were waited for, in pages. */
  cmaxrss: bigint;
  readonly own: UsageCounts;
  readonly children: UsageCounts;
  readonly rlimits: Rlimits;
  oomScoreAdj: number;
  /** Set for init: no signal kills it, and it makes no siblings. @kernel SIGNAL_UNKILLABLE */
  readonly isUnkillable: boolean;
  /** All threads are to exit with `groupExitCode`. @kernel SIGNAL_GROUP_EXIT */
  isGroupExit: boolean;
  groupExitCode: number;
  /** The thread in exec that waits for all others to go. */
  groupExitTask: TaskStruct | null;
  /** Read by clone of a thread, written by whoever needs the group to stay as it is. */
  readonly threadgroupForkLock: RwSem;
}

/** A zombie waits to be reaped; a dead task is gone. */
export type TaskState = "new" | "running" | "stopped" | "zombie" | "dead";

export interface TaskStruct extends UsageCounts {
  /** 0 until alloc_pid gave it one. */
  pid: number;
  tgid: number;
  comm: string;
  state: TaskState;
  /** TaskFlag bits. */
  flags: number;
  mm: MmStruct | null;
  /** What the processor uses: `mm`, or somebody else's for a kernel thread. */
  activeMm: MmStruct | null;
  /** Whoever made it, until that one dies. */
  realParent: TaskStruct;
  /** Whoever is told of its death: the same, without ptrace. */
  parent: TaskStruct;
  readonly children: TaskStruct[];
  groupLeader: TaskStruct;
  /** Sent to the parent at exit; NO_EXIT_SIGNAL for a thread. */
  exitSignal: number;
  exitCode: number;
  signal: SignalStruct;
  sighand: SighandStruct;
  fs: FsStruct;
  files: FilesStruct | null;
  cred: Cred;
  nsproxy: NsProxy;
  /** The pid namespace that its own pid is in; `nsproxy.pid` is for its children. */
  activePidNs: number;
  /** Set while a vfork parent waits for this task to let go of the mm. */
  vforkDone: Completion | null;
  /** User address for the pid in the child; 0 for none. */
  setChildTid: number;
  /** User address to clear and wake at exit; 0 for none. */
  clearChildTid: number;
  /** User address of the robust futex list; 0 for none. */
  robustList: number;
  hasSigaltstack: boolean;
  /** A signal is pending: system calls that can be interrupted are. */
  hasPendingSignal: boolean;
  /** A fatal signal is pending: killable waits end. */
  isKilled: boolean;
  /** Protects `mm` and `vforkDone`. @kernel alloc_lock */
  taskLock: SpinLock;
  /** What the scheduler of the model knows it by. */
  thread: Thread;
}

export interface PidMap {
  readonly used: Set<number>;
  /** Given out last, even if its task failed to be made. */
  last: number;
  /** Numbers stay below it. @kernel pid_max */
  readonly max: number;
}

/**
 * Steps of fork and exec that the model passes through without doing anything, and that can be
 * told to fail: so that the unwinding behind them can be seen.
 *
 * The map holds the status that a step answers with, 0 or a negative errno, until it is deleted.
 */

/** Kernel functions that only a script can make fail. */
export const STEP_NAMES = [
  "security_task_create",
  "try_module_get",
  "mpol_dup",
  "perf_event_init_task",
  "audit_alloc",
  "copy_semundo",
  "copy_files",
  "init_new_context",
  "ksm_fork",
  "khugepaged_fork",
  "vma_dup_policy",
  "copy_namespaces",
  "copy_io",
  "copy_thread",
  "ns_cgroup_clone",
  "open_exec",
  "security_file_mmap",
  "prepare_binprm",
  "search_binary_handler",
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/** Where a fork may look for a signal: at its start, in dup_mmap, and right before the birth. */
type SignalCheck = "first" | "atLock" | "beforeArea" | "last";

/** An area that the kernel maps into a program by itself. */
export interface SpecialArea {
  /** As /proc shows it: `[vdso]`. */
  readonly name: string;
  readonly pages: number;
  /** VmFlag bits. */
  readonly flags: number;
}

/**
 * What differs between kernel releases, as this machine's kernel answers. One file a rule, in
 * rules/, with all answers side by side.
 */
export interface ForkRules {
  /**
   * Each: 0, or the errno that fork ends with because of a signal to `current`.
   * @kernel copy_process
   */
  readonly signals: Readonly<Record<SignalCheck, (current: TaskStruct) => number>>;
  /** Whether RLIMIT_NPROC is asked before or after the child is counted. @kernel copy_process */
  readonly nproc: "then count" | "count first";
  /** When all process numbers are in use. @kernel alloc_pid in kernel/pid.c */
  readonly pidErrno: number;
  /**
   * Which totals a child's mm takes over, and when. @kernel dup_mm and dup_mmap in kernel/fork.c
   */
  readonly totals: {
    readonly copied: "with the struct" | "under the locks";
    readonly fields: readonly (keyof MmUsage)[];
  };
  /** What a child gets of an area with these flags. @kernel dup_mmap in kernel/fork.c */
  readonly inherit: (vmFlags: number) => "copy" | "empty" | "none";
  /** How a copied area joins the child. @kernel the loop of dup_mmap in kernel/fork.c */
  readonly areaSteps: readonly ("insert" | "open" | "link file" | "copy pages")[];
  /** Whether exec opens the program before its strings are copied. @kernel do_execveat_common */
  readonly execOrder: "open first" | "strings first";
  readonly execStrings: {
    /** Bytes that all strings may take; asked before each. @kernel bprm_stack_limits */
    readonly beforeString: (stackLimit: number, strings: number) => number;
    /** Bytes that the stack may have; asked when a page of it was got. @kernel get_arg_page */
    readonly afterPage: (stackLimit: number) => number;
    /** The arguments of a program that is given none. @kernel do_execveat_common */
    readonly emptyArgv: readonly string[];
  };
  readonly execStack: {
    /** Pages that the stack gets at once, below the strings. @kernel setup_arg_pages */
    readonly roomPages: number;
    /** Lowest byte of what is written below the string at `p`. @kernel create_elf_tables */
    readonly tablesStart: (p: number, argc: number, envc: number) => number;
  };
  /** From the lowest up. @kernel arch_setup_additional_pages in arch/x86/entry/vdso/vma.c */
  readonly specialAreas: readonly SpecialArea[];
  /** Of an exec that fails behind the point of no return. @kernel load_elf_binary */
  readonly execDeath: number;
  /** What is refused when a user gets a task too many by setuid. @kernel set_user */
  readonly setuidLimit: {
    readonly refuses: "setuid" | "exec";
    /** Tasks that the user may have besides the one that becomes its. */
    readonly others: (limit: number) => number;
  };
  /** The lock around exec's charge. @kernel acct_arg_size in fs/exec.c */
  readonly argLock: (env: MmEnv, mm: MmStruct) => SpinLock | null;
  /** Where exec takes the peak of the old mm. @kernel setmax_mm_hiwater_rss in fs/exec.c */
  readonly execPeak: "de_thread" | "exec_mmap";
}

export interface ForkEnv {
  readonly mm: MmEnv;
  /** The same as `mm.sync`. */
  readonly sync: Sync;
  /** Every task that is not released, zombies included, by pid. */
  readonly tasks: Map<number, TaskStruct>;
  /** Pid 1, who inherits the orphans. */
  readonly initTask: TaskStruct;
  readonly rootUser: UserStruct;
  readonly pidMap: PidMap;
  /** Orders births, deaths and waits. */
  readonly tasklistLock: SpinLock;
  /** Tasks that are not released. */
  nrThreads: number;
  maxThreads: number;
  /** Tasks ever made, less those of boot. */
  totalForks: number;
  nextNamespace: number;
  /** Scripted failures: see `StepName`. */
  readonly failStep: Map<StepName, number>;
  /** What this machine's kernel does where releases differ. */
  readonly rules: ForkRules;
  /**
   * The scheduler's part of a kill. True is a promise to run dieOfSignal for the task when it is
   * not inside a call; by default false, and the killer runs its exit.
   * @kernel signal_wake_up in kernel/signal.c
   */
  signalWakeUp: (task: TaskStruct) => boolean;
}

/** User addresses that clone(2) takes besides its flags; 0 for none. */
export interface CloneOptions {
  /** Where CLONE_PARENT_SETTID stores the child's pid. */
  readonly parentTid?: number;
  /** Where CLONE_CHILD_SETTID stores it, and what CLONE_CHILD_CLEARTID clears. */
  readonly childTid?: number;
}

export interface Cloning {
  readonly fe: ForkEnv;
  readonly current: TaskStruct;
  readonly child: TaskStruct;
  /** CloneFlag bits and the exit signal. */
  readonly flags: number;
  readonly options: CloneOptions;
}

/**
 * One step of copy_process. A step that fails has undone its own part; `undo` is for when a later
 * one fails.
 */
export interface CopyStep {
  /** Kernel function, for traces; a step without one stands inline in copy_process. */
  readonly fn?: string;
  /** 0 or a negative errno. */
  readonly run: (cloning: Cloning) => number | KernelThread<number>;
  readonly undo?: (cloning: Cloning) => void | KernelThread<void>;
}
