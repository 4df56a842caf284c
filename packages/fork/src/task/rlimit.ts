/** Resource limits of a process: soft limits, in the unit of each, Infinity for none. */
import type { FaultCounts, MmLimits } from "@forkpath/mm";
import type { Cred, Rlimits } from "../types.ts";
import { Capability, capable } from "./cred.ts";

/** @kernel _STK_LIM in include/linux/resource.h */
const DEFAULT_STACK_BYTES = 8 * 1024 * 1024;

/**
 * What init starts with: a stack of 8 MiB, and half of the machine's threads for each user.
 * @kernel INIT_RLIMITS in include/asm-generic/resource.h, and fork_init in kernel/fork.c
 */
export const initialRlimits = (maxThreads: number): Rlimits => ({
  data: Number.POSITIVE_INFINITY,
  stack: DEFAULT_STACK_BYTES,
  nproc: Math.floor(maxThreads / 2),
  memlock: Number.POSITIVE_INFINITY,
  as: Number.POSITIVE_INFINITY,
});

/** What mm asks of the task on whose behalf it works. */
export interface LimitedTask extends FaultCounts {
  readonly cred: Cred;
  readonly signal: { readonly rlimits: Rlimits };
}

/**
 * The task's limits, capabilities and count of faults, as mm takes them.
 * @modelOnly mm reads current in the kernel
 */
export const mmLimitsOf = (task: LimitedTask): MmLimits => ({
  addressSpace: task.signal.rlimits.as,
  data: task.signal.rlimits.data,
  stack: task.signal.rlimits.stack,
  memlock: task.signal.rlimits.memlock,
  isAdmin: capable(task, Capability.SYS_ADMIN),
  mayLockAll: capable(task, Capability.IPC_LOCK),
  faults: task,
});
