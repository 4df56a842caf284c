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
  /** Pages of files. */
  readonly file: number;
  /** Anonymous pages. */
  readonly anon: number;
  /** Swapped pages. */
  readonly swap: number;
}

/** An area, as maps shows it. */
export interface VmaView {
  /** Bytes, half-open. */
  readonly start: number;
  /** The byte after the last. */
  readonly end: number;
  /** Flags that are set, by bit. */
  readonly flags: readonly VmFlagName[];
  /** Pages. */
  readonly pgoff: number;
  /** Path of the file that is mapped; null for anonymous memory. */
  readonly path: string | null;
  /** Set by the first write fault, and for good: fork copies such an area (SPEC §6.7). */
  readonly hasAnonVma: boolean;
}

/** An address space, as /proc shows it. */
export interface MemoryView {
  /** Names the address space in traces; two tasks with one name share it. */
  readonly name: string;
  /** Its lines in /proc/PID/status. */
  readonly status: MemoryStatus;
  /** Its counters, unadorned. */
  readonly rss: RssView;
  /** Pte tables that it has. */
  readonly nrPtes: number;
  /** Tasks that use it: mm_users. */
  readonly mmUsers: number;
  /** Its areas, by address. */
  readonly vmas: readonly VmaView[];
}

/** A task, as /proc shows it. */
export interface ProcessView {
  /** Its pid. */
  readonly pid: number;
  /** Pid of the leader of its thread group: what getpid answers. */
  readonly tgid: number;
  /** Pid of its parent. */
  readonly ppid: number;
  /** Name of its program, up to 15 bytes. */
  readonly comm: string;
  /** What it does. */
  readonly state: TaskState;
  /** Faults without a read, of this task alone. */
  readonly minFlt: number;
  /** Faults with one. */
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
