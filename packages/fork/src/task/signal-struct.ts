/**
 * What the threads of one process share besides memory: limits, statistics, and how it ends.
 *
 * The statistics have two parts: `own` for threads that are gone already, `children` for child
 * processes that were waited for. A thread that lives counts for itself.
 */
import { createRwSem } from "@forkpath/sync";
import type { Rlimits, SignalStruct } from "../types.ts";
import { createUsage } from "./usage.ts";

/** oom_score_adj of a process that the OOM killer must not choose. */
export const OOM_SCORE_ADJ_MIN = -1000;

/** @modelOnly a zeroed signal_struct with one thread to come */
export const createSignal = (
  rlimits: Rlimits,
  oomScoreAdj = 0,
  isUnkillable = false,
): SignalStruct => ({
  count: 1,
  live: 1,
  threads: [],
  maxrss: 0n,
  cmaxrss: 0n,
  own: createUsage(),
  children: createUsage(),
  rlimits: { ...rlimits },
  oomScoreAdj,
  isUnkillable,
  isGroupExit: false,
  groupExitCode: 0,
  groupExitTask: null,
  threadgroupForkLock: createRwSem("threadgroup_fork_lock"),
});
