/** Flags of clone(2) as do_fork reads them (SPEC §6.1), and the signals that end up in them. */
export const CloneFlag = {
  CSIGNAL: 0xff,
  VM: 0x100,
  FS: 0x200,
  FILES: 0x400,
  SIGHAND: 0x800,
  PTRACE: 0x2000,
  VFORK: 0x4000,
  PARENT: 0x8000,
  THREAD: 0x10000,
  NEWNS: 0x20000,
  SYSVSEM: 0x40000,
  SETTLS: 0x80000,
  PARENT_SETTID: 0x100000,
  CHILD_CLEARTID: 0x200000,
  DETACHED: 0x400000,
  UNTRACED: 0x800000,
  CHILD_SETTID: 0x1000000,
  STOPPED: 0x2000000,
  NEWUTS: 0x4000000,
  NEWIPC: 0x8000000,
  NEWUSER: 0x10000000,
  NEWPID: 0x20000000,
  NEWNET: 0x40000000,
  IO: 0x80000000,
} as const;
export type CloneFlagName = keyof typeof CloneFlag;

export const Signal = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGSTOP: 19,
} as const;

/** What fork(2) passes to do_fork. */
export const FORK_FLAGS: number = Signal.SIGCHLD;
/** What vfork(2) passes to do_fork. */
export const VFORK_FLAGS: number = CloneFlag.VFORK | CloneFlag.VM | Signal.SIGCHLD;
