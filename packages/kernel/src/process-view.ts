/** A task as /proc shows it, and its areas. */
import { type VmFlagName, vmFlagNames } from "@forkpath/abi";
import { MmCounter, peekCounterSigned } from "@forkpath/counters";
import type { TaskState } from "@forkpath/fork";
import type { MmStruct, Vma } from "@forkpath/mm";
import type { Machine } from "./machine.ts";
import { type MemoryStatus, memoryStatus } from "./memory-status.ts";
import type { ProcRules } from "./rules/types.ts";

/** Pages, signed: what the counters hold. */
export interface RssView {
  readonly file: number;
  readonly anon: number;
  readonly swap: number;
}

export interface VmaView {
  /** Bytes, half-open. */
  readonly start: number;
  readonly end: number;
  readonly flags: readonly VmFlagName[];
  /** Pages. */
  readonly pgoff: number;
  /** Path of the file that is mapped; null for anonymous memory. */
  readonly path: string | null;
  /** Set by the first write fault, and for good: fork copies such an area (SPEC §6.7). */
  readonly hasAnonVma: boolean;
}

export interface MemoryView {
  /** Names the address space in traces; two tasks with one name share it. */
  readonly name: string;
  readonly status: MemoryStatus;
  readonly rss: RssView;
  readonly nrPtes: number;
  readonly mmUsers: number;
  readonly vmas: readonly VmaView[];
}

export interface ProcessView {
  readonly pid: number;
  readonly tgid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly state: TaskState;
  readonly minFlt: number;
  readonly majFlt: number;
  /** Null for init, kernel threads and zombies. */
  readonly memory: MemoryView | null;
}

/**
 * Zombies too.
 * @throws RangeError when there is no such task
 * @modelOnly a look into /proc/PID
 */
export function processView({ fork, profile }: Machine, pid: number): ProcessView {
  const task = fork.tasks.get(pid);
  if (task === undefined) throw new RangeError(`process: pid must be that of a task, got ${pid}`);
  const { tgid, comm, state, minFlt, majFlt, mm } = task;
  return {
    pid,
    tgid,
    ppid: task.realParent.tgid,
    comm,
    state,
    minFlt,
    majFlt,
    memory: mm === null ? null : memoryView(mm, profile.proc),
  };
}

const rssView = ({ counters }: MmStruct): RssView => ({
  file: peekCounterSigned(counters, MmCounter.FILE_RSS),
  anon: peekCounterSigned(counters, MmCounter.ANON_RSS),
  swap: peekCounterSigned(counters, MmCounter.SWAP_USAGE),
});

/** @modelOnly a look into /proc/PID */
export const memoryView = (mm: MmStruct, rules: ProcRules): MemoryView => ({
  name: mm.name,
  status: memoryStatus(mm, rules),
  rss: rssView(mm),
  nrPtes: mm.nrPtes,
  mmUsers: mm.mmUsers,
  vmas: mm.vmas.map(vmaView),
});

/** @modelOnly a look into /proc/PID/maps */
export const vmaView = (vma: Vma): VmaView => ({
  start: vma.start,
  end: vma.end,
  flags: vmFlagNames(vma.flags),
  pgoff: vma.pgoff,
  path: vma.file?.path ?? null,
  hasAnonVma: vma.anonVma !== null,
});
