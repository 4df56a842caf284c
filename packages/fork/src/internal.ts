/**
 * Halves of calls, and looks at tasks, that a machine and its tests are built from.
 * For the packages of forkpath and its tests: no part of what the versions of this package promise.
 */
export { doFork, scheduleTail } from "./clone/do-fork.ts";
export { doExecve } from "./exec/do-execve.ts";
export { doExit, exitStatus } from "./exit/do-exit.ts";
export { dieOfSignal, doGroupExit } from "./exit/group-exit.ts";
export { defaultMaxThreads } from "./rules/create-fork-env.ts";
export { signalsPoint } from "./task/points.ts";
export { mmLimitsOf } from "./task/rlimit.ts";
export { OOM_SCORE_ADJ_MIN } from "./task/signal-struct.ts";
export { isGroupEmpty, isGroupLeader, NO_EXIT_SIGNAL } from "./task/task.ts";
