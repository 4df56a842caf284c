export { createKernelThread, createProcess, type ProcessOptions } from "./clone/create-process.ts";
export { doFork, scheduleTail, sysClone, sysFork, sysVfork } from "./clone/do-fork.ts";
export { doExecve, sysExecve } from "./exec/do-execve.ts";
export type { ExecRequest, ProgramImage } from "./exec/program.ts";
export { doExit, exitStatus, sysExit } from "./exit/do-exit.ts";
export { dieOfSignal, doGroupExit, sendFatalSignal, sysExitGroup } from "./exit/group-exit.ts";
export { getrusage, type Rusage, RusageWho } from "./exit/rusage.ts";
export { ANY_CHILD, sysWait4, WaitOption, type WaitResult } from "./exit/wait.ts";
export { forkRules } from "./rules/book.ts";
export { createForkEnv, defaultMaxThreads, type ForkEnvOptions } from "./rules/create-fork-env.ts";
export { checkTasks } from "./task/check-tasks.ts";
export { ALL_CAPABILITIES, Capability, capable, createUser } from "./task/cred.ts";
export { mmLimitsOf } from "./task/rlimit.ts";
export { sysSetuid } from "./task/setuid.ts";
export { OOM_SCORE_ADJ_MIN } from "./task/signal-struct.ts";
export {
  hasEnded,
  isExiting,
  isGroupEmpty,
  isGroupLeader,
  NO_EXIT_SIGNAL,
  TaskFlag,
} from "./task/task.ts";
export type {
  CloneOptions,
  FilesStruct,
  FsStruct,
  Namespaces,
  NsProxy,
  PidMap,
  SigchldAction,
  SighandStruct,
  StepName,
  UsageCounts,
} from "./types.ts";
export {
  type Cred,
  type ForkEnv,
  type ForkRules,
  Rlimit,
  type Rlimits,
  type SignalStruct,
  STEP_NAMES,
  type TaskState,
  type TaskStruct,
  type UserStruct,
} from "./types.ts";
