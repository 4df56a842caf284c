/** getrusage: what a process, its threads or its children have used (SPEC §8.7). */
import { type MaxrssSlot, setmaxMmHiwaterRss } from "@forkpath/counters";
import type { KernelThread } from "@forkpath/sync";
import { addUsage, createUsage } from "../task/usage.ts";
import type { ForkEnv, TaskStruct, UsageCounts } from "../types.ts";

/** Whom getrusage(2) asks about; BOTH is the kernel's own, for wait4. */
export const RusageWho = {
  /** The process, with all its threads. */
  SELF: 0,
  /** Children that were waited for. */
  CHILDREN: -1,
  /** Both together. */
  BOTH: -2,
  /** The calling thread alone. */
  THREAD: 1,
} as const;
export type RusageWho = (typeof RusageWho)[keyof typeof RusageWho];

/**
 * What getrusage(2) answers.
 * @kernel struct rusage in include/linux/resource.h
 */
export interface Rusage extends UsageCounts {
  /** ru_maxrss: kB, as an unsigned long. For CHILDREN the largest of any one child, no sum. */
  readonly maxrssKb: bigint;
  /** ru_utime and ru_stime: always 0, the model has no clock. */
  readonly utimeUs: 0;
  /** Always 0, likewise. */
  readonly stimeUs: 0;
  /** ru_ixrss, ru_idrss, ru_isrss: never filled in. */
  readonly ixrss: 0;
  /** Never filled in. */
  readonly idrss: 0;
  /** Never filled in. */
  readonly isrss: 0;
}

const KB_PER_PAGE = 4n;

/**
 * @kernel k_getrusage in kernel/sys.c
 * @deviates Times are 0.
 * @example
 * ```ts
 * import { createForkEnv, createProcess, getrusage, RusageWho } from "@forkpath/fork";
 * import { createMmEnv } from "@forkpath/mm";
 * import { runToCompletion } from "@forkpath/sync";
 * const fe = createForkEnv(createMmEnv({ memoryPages: 4096 }));
 * const server = createProcess(fe, { comm: "redis" });
 * if (typeof server === "number") throw new Error("no memory");
 * console.log(runToCompletion(getrusage(fe, server, RusageWho.SELF)).minFlt); // 0
 * ```
 */
export function* getrusage(fe: ForkEnv, task: TaskStruct, who: RusageWho): KernelThread<Rusage> {
  const counts = countsOf(task, who);
  const peak: MaxrssSlot = { maxrss: peakOf(task, who) };
  if (who !== RusageWho.CHILDREN && task.mm !== null) {
    yield* setmaxMmHiwaterRss(fe.sync, task.mm.counters, peak);
  }
  const maxrssKb = BigInt.asUintN(64, peak.maxrss * KB_PER_PAGE);
  return { ...counts, maxrssKb, utimeUs: 0, stimeUs: 0, ixrss: 0, idrss: 0, isrss: 0 };
}

/** A thread reports its own events, and everybody's peak: the peak belongs to the process. */
function countsOf(task: TaskStruct, who: RusageWho): UsageCounts {
  const counts = createUsage();
  const { signal } = task;
  if (who === RusageWho.THREAD) addUsage(counts, task);
  if (who === RusageWho.CHILDREN || who === RusageWho.BOTH) addUsage(counts, signal.children);
  if (who === RusageWho.SELF || who === RusageWho.BOTH) {
    addUsage(counts, signal.own);
    for (const thread of signal.threads) addUsage(counts, thread);
  }
  return counts;
}

function peakOf({ signal }: TaskStruct, who: RusageWho): bigint {
  if (who === RusageWho.CHILDREN) return signal.cmaxrss;
  if (who === RusageWho.BOTH && signal.cmaxrss > signal.maxrss) return signal.cmaxrss;
  return signal.maxrss;
}
