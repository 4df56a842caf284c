/**
 * The counters of one mm: four that count pages, two that remember peaks (SPEC §1.2, L0.3, M1).
 *
 *    file, anon, swap, shmem     one word each. Which builds add to it in one step, and what waits
 *                                beside it, says the design: rules/design.ts
 *    hiwater_rss, hiwater_vm     plain everywhere: compared and stored, and no lock guards them
 *
 * A word is 64 bits wide and wraps. el6 has no counter for shmem: that word stays 0.
 */
import { answerOf, expectInteger } from "@forkpath/abi";
import { type Cells, createCells, peekCell, peekSigned, type Thread } from "@forkpath/sync";
import { type CpuParts, createCpuParts, sumOfCpus, sumOfTasks, type TaskPart } from "./parts.ts";
import { type CounterDesign, design as designRule } from "./rules/design.ts";

/** Unit: pages of 4 KiB, all of them. */
export const MmCounter = {
  /** Present pages of files; of shared memory too, where SHMEM_RSS is left alone. */
  FILE_RSS: 0,
  /** Present anonymous pages. */
  ANON_RSS: 1,
  /** Swapped pages. */
  SWAP_USAGE: 2,
  /** Present pages of shared memory. */
  SHMEM_RSS: 3,
  /** The most that the three or four of them came to when the kernel looked. */
  HIWATER_RSS: 4,
  /** The most that was mapped when the kernel looked. */
  HIWATER_VM: 5,
} as const;
export type MmCounter = (typeof MmCounter)[keyof typeof MmCounter];

/**
 * The counters of one mm.
 * @kernel mm_counter_t members of struct mm_struct in include/linux/mm_types.h
 */
export interface MmCounters {
  /** Whose counters these are, in events, schedule points and reports. */
  readonly name: string;
  /** How they are kept. */
  readonly design: CounterDesign;
  /** FILE_RSS, ANON_RSS, SWAP_USAGE and SHMEM_RSS, each in the cell of its number. */
  readonly rss: Cells;
  /** HIWATER_RSS and HIWATER_VM, in cells 0 and 1. */
  readonly hiwater: Cells;
  /** Where the design gives each CPU a part; else null. */
  readonly cpuParts: CpuParts | null;
  /** Where the design gives each task a part: of the tasks that run in this mm. Else null. */
  readonly taskParts: Map<Thread, TaskPart> | null;
}

/** The build, and the mm that the counters are of. */
export interface MmCountersOptions {
  /** Whether the build has split PTE locks: in el6 adds are atomic then. */
  readonly split: boolean;
  /** By default "mm"; give each mm of a machine its own. */
  readonly name?: string;
  /** By default el6's. */
  readonly design?: CounterDesign;
  /** CPUs that may have a part; by default 1. */
  readonly nrCpus?: number;
}

export const HIWATER_RSS_CELL = 0;
export const HIWATER_VM_CELL = 1;

/**
 * Six counters at zero.
 * @throws TypeError unless `split` is a boolean
 * @throws RangeError or TypeError unless `nrCpus` is an integer from 1 to 4096
 * @kernel the counter lines of mm_init in kernel/fork.c
 * @example
 * ```ts
 * import { createMmCounters } from "@forkpath/counters";
 * const mm = createMmCounters({ split: true, name: "redis" });
 * console.log(mm.rss.names[1]); // redis._anon_rss
 * ```
 */
export function createMmCounters(options: MmCountersOptions): MmCounters {
  const { split, name = "mm", nrCpus = 1 } = options;
  const { design = answerOf(designRule, "el6").by } = options;
  if (typeof split !== "boolean") {
    throw new TypeError(`createMmCounters: split must be true or false, got ${String(split)}`);
  }
  expectInteger("createMmCounters", "nrCpus", nrCpus, 1, 4096);
  return {
    name,
    design,
    rss: createCells(design.names, design.isAtomic(split), name),
    hiwater: createCells(["hiwater_rss", "hiwater_vm"], false, name),
    cpuParts: design.parts === "cpus" ? createCpuParts(nrCpus) : null,
    taskParts: design.parts === "tasks" && split ? new Map() : null,
  };
}

/**
 * The word as an unsigned 64-bit value, with no schedule point and without parts.
 * @modelOnly a debugger's look
 * @example
 * ```ts
 * import { createMmCounters, MmCounter, peekCounter } from "@forkpath/counters";
 * const mm = createMmCounters({ split: true });
 * console.log(peekCounter(mm, MmCounter.SWAP_USAGE)); // 0n
 * ```
 */
export const peekCounter = (counters: MmCounters, member: MmCounter): bigint =>
  peekCell(rowOf(counters, member), cellOf(member));

/**
 * All that was counted, parts included: signed, with no schedule point; exact when its magnitude
 * is below 2^53.
 * @modelOnly a debugger's look
 */
export const peekCounterSigned = (counters: MmCounters, member: MmCounter): number =>
  peekSigned(rowOf(counters, member), cellOf(member)) + partsOf(counters, member);

/**
 * What status shows of a counter if nobody else runs.
 * @kernel get_mm_counter_sum or get_mm_counter, as task_mem of fs/proc/task_mmu.c asks
 */
export function peekShown(counters: MmCounters, member: MmCounter): bigint {
  const word = peekCounter(counters, member);
  const { cpuParts, design } = counters;
  const sum = cpuParts !== null && design.shown === "sum" ? sumOfCpus(cpuParts, member) : 0;
  return design.read(word + BigInt(sum));
}

/**
 * What VmRSS shows if nobody else runs: file, anon and shmem, modulo 2^64.
 * @kernel get_mm_rss_sum or get_mm_rss, as task_mem of fs/proc/task_mmu.c asks
 */
export const peekRss = (counters: MmCounters): bigint =>
  addUnsigned(
    addUnsigned(peekShown(counters, MmCounter.FILE_RSS), peekShown(counters, MmCounter.ANON_RSS)),
    peekShown(counters, MmCounter.SHMEM_RSS),
  );

/**
 * What stat's field 24 shows if nobody else runs: the words alone, parts left out.
 * @kernel get_mm_rss, as do_task_stat of fs/proc/array.c asks
 */
export function peekCheapRss(counters: MmCounters): bigint {
  const { design } = counters;
  const read = (member: MmCounter): bigint => design.read(peekCounter(counters, member));
  const sum = addUnsigned(read(MmCounter.FILE_RSS), read(MmCounter.ANON_RSS));
  return addUnsigned(sum, read(MmCounter.SHMEM_RSS));
}

/**
 * Does not check: 4 and 5 are peaks, everything else is taken for a page counter.
 * @modelOnly where a member lives
 */
export const rowOf = (counters: MmCounters, member: MmCounter): Cells =>
  member >= MmCounter.HIWATER_RSS ? counters.hiwater : counters.rss;

/** @modelOnly where a member lives */
export const cellOf = (member: MmCounter): number =>
  member >= MmCounter.HIWATER_RSS ? member - MmCounter.HIWATER_RSS : member;

/** @modelOnly addition of two unsigned longs */
export const addUnsigned = (left: bigint, right: bigint): bigint =>
  BigInt.asUintN(64, left + right);

function partsOf({ cpuParts, taskParts }: MmCounters, member: MmCounter): number {
  if (member >= MmCounter.HIWATER_RSS) return 0;
  if (cpuParts !== null) return sumOfCpus(cpuParts, member);
  return taskParts === null ? 0 : sumOfTasks(taskParts, member);
}
