/** Flags of clone(2) as do_fork reads them (SPEC §6.1), and the signals that end up in them. */
export const CloneFlag = {
  /** Mask of the low byte: the signal that the parent gets when the child ends. */
  CSIGNAL: 0xff,
  /** The child uses the parent's mm. */
  VM: 0x100,
  /** The child shares root, working directory and umask. */
  FS: 0x200,
  /** The child shares the table of open files. */
  FILES: 0x400,
  /** The child shares the signal handlers; needs VM. */
  SIGHAND: 0x800,
  /** A tracer of the parent traces the child, too. */
  PTRACE: 0x2000,
  /** The parent waits until the child gives its mm up, by exec or exit. */
  VFORK: 0x4000,
  /** The child gets the caller's parent as its own. */
  PARENT: 0x8000,
  /** The child joins the caller's thread group; needs SIGHAND. */
  THREAD: 0x10000,
  /** The child gets mounts of its own; refused together with FS. */
  NEWNS: 0x20000,
  /** The child shares the undo list of System V semaphores. */
  SYSVSEM: 0x40000,
  /** The child gets the thread area that the caller names. */
  SETTLS: 0x80000,
  /** The child's pid is written into the parent's memory. */
  PARENT_SETTID: 0x100000,
  /** A word of the child's memory is cleared when the child gives its mm up. */
  CHILD_CLEARTID: 0x200000,
  /** Ignored by the kernel. */
  DETACHED: 0x400000,
  /** No tracer can force PTRACE on this child. */
  UNTRACED: 0x800000,
  /** The child's pid is written into the child's memory. */
  CHILD_SETTID: 0x1000000,
  /** The child starts in the stopped state. */
  STOPPED: 0x2000000,
  /** The child gets a host name of its own. */
  NEWUTS: 0x4000000,
  /** The child gets System V objects of its own; refused together with SYSVSEM. */
  NEWIPC: 0x8000000,
  /** The child gets a user namespace of its own. */
  NEWUSER: 0x10000000,
  /** The child is pid 1 of a namespace of its own. */
  NEWPID: 0x20000000,
  /** The child gets a network of its own. */
  NEWNET: 0x40000000,
  /** The child shares the I/O context. */
  IO: 0x80000000,
} as const;
/** A flag by its key in CloneFlag: `THREAD`. */
export type CloneFlagName = keyof typeof CloneFlag;

/** Signal numbers of x86-64 that the model sends or names. */
export const Signal = {
  /** The terminal hung up, or the leader of an orphaned group ended. */
  SIGHUP: 1,
  /** Interrupt from the keyboard. */
  SIGINT: 2,
  /** Ends the task; it can be neither caught nor blocked. */
  SIGKILL: 9,
  /** An access that no area allows. */
  SIGSEGV: 11,
  /** A request to end. */
  SIGTERM: 15,
  /** A child ended; fork puts it into CSIGNAL. */
  SIGCHLD: 17,
  /** Stops the task; it can be neither caught nor blocked. */
  SIGSTOP: 19,
} as const;

/** What fork(2) passes to do_fork. */
export const FORK_FLAGS: number = Signal.SIGCHLD;
/** What vfork(2) passes to do_fork. */
export const VFORK_FLAGS: number = CloneFlag.VFORK | CloneFlag.VM | Signal.SIGCHLD;
