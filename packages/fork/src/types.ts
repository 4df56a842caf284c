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
import type {
  Cred,
  FilesStruct,
  FsStruct,
  NsProxy,
  Rlimits,
  SighandStruct,
  UsageCounts,
  UserStruct,
} from "./values.ts";

export {
  type Cred,
  type FilesStruct,
  type FsStruct,
  type Namespaces,
  type NsProxy,
  Rlimit,
  type Rlimits,
  type SigchldAction,
  type SighandStruct,
  type UsageCounts,
  type UserStruct,
} from "./values.ts";

/**
 * A process: what its threads share besides memory.
 * @kernel struct signal_struct in include/linux/sched.h
 */
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
  /** Of threads that were released. */
  readonly own: UsageCounts;
  /** Of children that were waited for. */
  readonly children: UsageCounts;
  /** Its limits. */
  readonly rlimits: Rlimits;
  /** What the OOM killer adds to its score; -1000 leaves it alone. */
  oomScoreAdj: number;
  /** Set for init: no signal kills it, and it makes no siblings. @kernel SIGNAL_UNKILLABLE */
  readonly isUnkillable: boolean;
  /** All threads are to exit with `groupExitCode`. @kernel SIGNAL_GROUP_EXIT */
  isGroupExit: boolean;
  /** The code that all threads exit with: as a status word of wait. */
  groupExitCode: number;
  /** The thread in exec that waits for all others to go. */
  groupExitTask: TaskStruct | null;
  /** Read by clone of a thread, written by whoever needs the group to stay as it is. */
  readonly threadgroupForkLock: RwSem;
}

/** A zombie waits to be reaped; a dead task is gone. */
export type TaskState = "new" | "running" | "stopped" | "zombie" | "dead";

/**
 * One thread of execution.
 * @kernel struct task_struct in include/linux/sched.h
 */
export interface TaskStruct extends UsageCounts {
  /** 0 until alloc_pid gave it one. */
  pid: number;
  /** Pid of the leader of its thread group: what getpid answers. */
  tgid: number;
  /** Name of its program. */
  comm: string;
  /** What it does. */
  state: TaskState;
  /** TaskFlag bits. */
  flags: number;
  /** Its memory; null for kernel threads, and once it has given it up. */
  mm: MmStruct | null;
  /** What the processor uses: `mm`, or somebody else's for a kernel thread. */
  activeMm: MmStruct | null;
  /** Whoever made it, until that one dies. */
  realParent: TaskStruct;
  /** Whoever is told of its death: the same, without ptrace. */
  parent: TaskStruct;
  /** Its children, in the order of birth. */
  readonly children: TaskStruct[];
  /** The leader of its thread group. */
  groupLeader: TaskStruct;
  /** Sent to the parent at exit; NO_EXIT_SIGNAL for a thread. */
  exitSignal: number;
  /** Status word of wait, once it has ended. */
  exitCode: number;
  /** The process that it is a thread of. */
  signal: SignalStruct;
  /** Its signal handlers. */
  sighand: SighandStruct;
  /** Its root, working directory and umask. */
  fs: FsStruct;
  /** Its open files; null once it has given them up. */
  files: FilesStruct | null;
  /** Its user, and what it may do. */
  cred: Cred;
  /** Its namespaces. */
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
  /** Whether it has a stack of its own for signal handlers. */
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

/** Process numbers of a machine. */
export interface PidMap {
  /** Those in use. */
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

/**
 * Kernel functions that only a script can make fail.
 * @example
 * ```ts
 * import { STEP_NAMES } from "@forkpath/fork";
 * console.log(STEP_NAMES[0]); // security_task_create
 * ```
 */
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
/** A step of fork that can be made to fail: see STEP_NAMES. */
export type StepName = (typeof STEP_NAMES)[number];

/** Where a fork may look for a signal: at its start, in dup_mmap, and right before the birth. */
export type SignalCheck = "first" | "atLock" | "beforeArea" | "last";

/** An area that the kernel maps into a program by itself. */
export interface SpecialArea {
  /** As /proc shows it: `[vdso]`. */
  readonly name: string;
  /** Its length. */
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
  readonly signals: Readonly<Record<SignalCheck, ((current: TaskStruct) => number) | null>>;
  /** Whether RLIMIT_NPROC is asked before or after the child is counted. @kernel copy_process */
  readonly nproc: "then count" | "count first";
  /** When all process numbers are in use. @kernel alloc_pid in kernel/pid.c */
  readonly pidErrno: number;
  /**
   * Which totals a child's mm takes over, and when. @kernel dup_mm and dup_mmap in kernel/fork.c
   */
  readonly totals: {
    /** When they are taken over. */
    readonly copied: "with the struct" | "under the locks";
    /** Which. */
    readonly fields: readonly (keyof MmUsage)[];
  };
  /** What a child gets of an area with these flags. @kernel dup_mmap in kernel/fork.c */
  readonly inherit: (vmFlags: number) => "copy" | "empty" | "none";
  /** How a copied area joins the child. @kernel the loop of dup_mmap in kernel/fork.c */
  readonly areaSteps: readonly ("insert" | "open" | "link file" | "copy pages")[];
  /** Whether exec opens the program before its strings are copied. @kernel do_execveat_common */
  readonly execOrder: "open first" | "strings first";
  /** Limits of exec's strings. */
  readonly execStrings: {
    /** Bytes that all strings may take; asked before each. @kernel bprm_stack_limits */
    readonly beforeString: (stackLimit: number, strings: number) => number;
    /** Bytes that the stack may have; asked when a page of it was got. @kernel get_arg_page */
    readonly afterPage: (stackLimit: number) => number;
    /** The arguments of a program that is given none. @kernel do_execveat_common */
    readonly emptyArgv: readonly string[];
  };
  /** The new stack. */
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
    /** Which call is refused. */
    readonly refuses: "setuid" | "exec";
    /** Tasks that the user may have besides the one that becomes its. */
    readonly others: (limit: number) => number;
  };
  /** The lock around exec's charge. @kernel acct_arg_size in fs/exec.c */
  readonly argLock: (env: MmEnv, mm: MmStruct) => SpinLock | null;
  /** Where exec takes the peak of the old mm. @kernel setmax_mm_hiwater_rss in fs/exec.c */
  readonly execPeak: "de_thread" | "exec_mmap";
}

/** The task side of one machine. */
export interface ForkEnv {
  /** The memory side. */
  readonly mm: MmEnv;
  /** The same as `mm.sync`. */
  readonly sync: Sync;
  /** Every task that is not released, zombies included, by pid. */
  readonly tasks: Map<number, TaskStruct>;
  /** Pid 1, who inherits the orphans. */
  readonly initTask: TaskStruct;
  /** The user with uid 0. */
  readonly rootUser: UserStruct;
  /** Process numbers. */
  readonly pidMap: PidMap;
  /** Orders births, deaths and waits. */
  readonly tasklistLock: SpinLock;
  /** Tasks that are not released. */
  nrThreads: number;
  /** Tasks that there may be. */
  maxThreads: number;
  /** Tasks ever made, less those of boot. */
  totalForks: number;
  /** Number of the next namespace. */
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
