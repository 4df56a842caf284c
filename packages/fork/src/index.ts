export { createKernelThread, createProcess, type ProcessOptions } from "./clone/create-process.ts";
export { sysClone, sysFork, sysVfork } from "./clone/do-fork.ts";
export { sysExecve } from "./exec/do-execve.ts";
export type { ExecRequest, ProgramImage } from "./exec/program.ts";
export { sysExit } from "./exit/do-exit.ts";
export { sendFatalSignal, sysExitGroup } from "./exit/group-exit.ts";
export { getrusage, type Rusage, RusageWho } from "./exit/rusage.ts";
export { ANY_CHILD, sysWait4, WaitOption, type WaitResult } from "./exit/wait.ts";
export { forkRules } from "./rules/book.ts";
export { createForkEnv, type ForkEnvOptions } from "./rules/create-fork-env.ts";
export { checkTasks } from "./task/check-tasks.ts";
export { ALL_CAPABILITIES, Capability, capable, createUser } from "./task/cred.ts";
export { sysSetuid } from "./task/setuid.ts";
export { hasEnded, isExiting, TaskFlag } from "./task/task.ts";
export {
  type CloneOptions,
  type Cred,
  type FilesStruct,
  type ForkEnv,
  type ForkRules,
  type FsStruct,
  type Namespaces,
  type NsProxy,
  type PidMap,
  Rlimit,
  type Rlimits,
  type SigchldAction,
  type SighandStruct,
  type SignalCheck,
  type SignalStruct,
  type SpecialArea,
  STEP_NAMES,
  type StepName,
  type TaskState,
  type TaskStruct,
  type UsageCounts,
  type UserStruct,
} from "./types.ts";
