/**
 * What the threads of one process share besides memory: limits, statistics, and how it ends.
 *
 * The statistics have two parts: `own` for threads that are gone already, `children` for child
 * processes that were waited for. A thread that lives counts for itself.
 */
import { CloneFlag, Errno } from "@forkpath/abi";
import type { MaxrssSlot } from "@forkpath/counters";
import { allocSleeping, createRwSem, type KernelThread, type RwSem } from "@forkpath/sync";
import type { Cloning } from "../clone/cloning.ts";
import type { Rlimits } from "./rlimit.ts";
import type { TaskStruct } from "./task.ts";
import { createUsage, type UsageCounts } from "./usage.ts";

/** oom_score_adj of a process that the OOM killer must not choose. */
export const OOM_SCORE_ADJ_MIN = -1000;

export interface SignalStruct extends MaxrssSlot {
  /** Threads that are not released. */
  count: number;
  /** Threads that have not begun to exit. */
  live: number;
  /** The thread group, in the order of joining. */
  readonly threads: TaskStruct[];
  /** Peak rss in pages over all images so far: SPEC §7.9. */
  maxrss: bigint;
  /** The largest peak among children that were waited for, in pages. */
  cmaxrss: bigint;
  readonly own: UsageCounts;
  readonly children: UsageCounts;
  readonly rlimits: Rlimits;
  oomScoreAdj: number;
  /** Set for init: no signal kills it, and it makes no siblings. @kernel SIGNAL_UNKILLABLE */
  readonly isUnkillable: boolean;
  /** All threads are to exit with `groupExitCode`. @kernel SIGNAL_GROUP_EXIT */
  isGroupExit: boolean;
  groupExitCode: number;
  /** The thread in exec that waits for all others to go. */
  groupExitTask: TaskStruct | null;
  /** Read by clone of a thread, written by whoever needs the group to stay as it is. */
  readonly threadgroupForkLock: RwSem;
}

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

/**
 * A process gets limits of its own, as its parent's are now, and statistics from zero. A thread
 * keeps its group's.
 * @returns 0 or -ENOMEM
 * @kernel copy_signal in kernel/fork.c
 */
export function* copySignal({ fe, current, child, flags }: Cloning): KernelThread<number> {
  if (flags & CloneFlag.THREAD) return 0;
  if (!(yield* allocSleeping(fe.sync, "signal"))) return -Errno.ENOMEM;
  const { rlimits, oomScoreAdj } = current.signal;
  child.signal = createSignal(rlimits, oomScoreAdj);
  return 0;
}
