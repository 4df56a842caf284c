/** One clone under way: what each step of copy_process is given. */
import type { KernelThread } from "@forkpath/sync";
import type { ForkEnv } from "../task/env.ts";
import type { TaskStruct } from "../task/task.ts";

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
