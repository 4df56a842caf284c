export { checkTasks } from "./check-tasks.ts";
export type { CloneOptions } from "./cloning.ts";
export { createKernelThread, createProcess, type ProcessOptions } from "./create-process.ts";
export {
  ALL_CAPABILITIES,
  Capability,
  type Cred,
  capable,
  createUser,
  type UserStruct,
} from "./cred.ts";
export { doExit, exitStatus, sysExit } from "./do-exit.ts";
export { doFork, scheduleTail, sysClone, sysFork, sysVfork } from "./do-fork.ts";
export { createForkEnv, type ForkEnv, type ForkEnvOptions } from "./env.ts";
export { doExecve, sysExecve } from "./exec/do-execve.ts";
export type { ExecRequest, ProgramImage } from "./exec/program.ts";
export { dieOfSignal, doGroupExit, sendFatalSignal, sysExitGroup } from "./group-exit.ts";
export type { Namespaces, NsProxy } from "./namespaces.ts";
export type { PidMap } from "./pid.ts";
export { mmLimitsOf, Rlimit, type Rlimits } from "./rlimit.ts";
export { getrusage, type Rusage, RusageWho } from "./rusage.ts";
export type { StepName } from "./scripted-step.ts";
export type { FilesStruct, FsStruct, SigchldAction, SighandStruct } from "./shared-structs.ts";
export { OOM_SCORE_ADJ_MIN, type SignalStruct } from "./signal-struct.ts";
export {
  hasEnded,
  isExiting,
  isGroupEmpty,
  isGroupLeader,
  NO_EXIT_SIGNAL,
  TaskFlag,
  type TaskState,
  type TaskStruct,
} from "./task.ts";
export type { UsageCounts } from "./usage.ts";
export { ANY_CHILD, sysWait4, WaitOption, type WaitResult } from "./wait.ts";
