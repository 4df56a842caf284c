export type { CloneOptions } from "./clone/cloning.ts";
export { createKernelThread, createProcess, type ProcessOptions } from "./clone/create-process.ts";
export { doFork, scheduleTail, sysClone, sysFork, sysVfork } from "./clone/do-fork.ts";
export { doExecve, sysExecve } from "./exec/do-execve.ts";
export type { ExecRequest, ProgramImage } from "./exec/program.ts";
export { doExit, exitStatus, sysExit } from "./exit/do-exit.ts";
export { dieOfSignal, doGroupExit, sendFatalSignal, sysExitGroup } from "./exit/group-exit.ts";
export { getrusage, type Rusage, RusageWho } from "./exit/rusage.ts";
export { ANY_CHILD, sysWait4, WaitOption, type WaitResult } from "./exit/wait.ts";
export { checkTasks } from "./task/check-tasks.ts";
export {
  ALL_CAPABILITIES,
  Capability,
  type Cred,
  capable,
  createUser,
  type UserStruct,
} from "./task/cred.ts";
export { createForkEnv, type ForkEnv, type ForkEnvOptions } from "./task/env.ts";
export type { Namespaces, NsProxy } from "./task/namespaces.ts";
export type { PidMap } from "./task/pid.ts";
export { mmLimitsOf, Rlimit, type Rlimits } from "./task/rlimit.ts";
export type { StepName } from "./task/scripted-step.ts";
export type { FilesStruct, FsStruct, SigchldAction, SighandStruct } from "./task/shared-structs.ts";
export { OOM_SCORE_ADJ_MIN, type SignalStruct } from "./task/signal-struct.ts";
export {
  hasEnded,
  isExiting,
  isGroupEmpty,
  isGroupLeader,
  NO_EXIT_SIGNAL,
  TaskFlag,
  type TaskState,
  type TaskStruct,
} from "./task/task.ts";
export type { UsageCounts } from "./task/usage.ts";
