/**
 * Address spaces, whether a task has them or not: fork and exec fill one before any task gets it.
 */
import type { MmStruct } from "@forkpath/mm";
import { liveMm, type Machine } from "./machine.ts";
import { type MemoryView, memoryView } from "./process-view.ts";

/** Whose memory is looked at: the pid of a task, or the name of an address space. */
export type Whose = number | string;

/** An address space, and the tasks that have it. */
export interface AddressSpaceView {
  /** Tasks that have it now; none while it is made, or torn down. */
  readonly pids: readonly number[];
  /** Whether a fork or an exec is still filling it. */
  readonly isBeingMade: boolean;
  /** What is in it. */
  readonly memory: MemoryView;
}

/**
 * Every address space that has a page directory, oldest first.
 * @modelOnly a debugger's look
 */
export function addressSpaces({ mm: { spaces }, fork, profile }: Machine): AddressSpaceView[] {
  const tasks = [...fork.tasks.values()];
  return [...spaces].map((mm) => {
    const pids = tasks.filter((task) => task.mm === mm).map(({ pid }) => pid);
    const isBeingMade = pids.length === 0 && mm.mmUsers > 0;
    return { pids, isBeingMade, memory: memoryView(mm, profile.proc) };
  });
}

/**
 * @throws RangeError when there is no such task, it has no memory, or no address space has the name
 * @modelOnly a debugger's look
 */
export function mmOf(machine: Machine, where: string, whose: Whose): MmStruct {
  if (typeof whose === "number") return liveMm(machine, where, whose);
  for (const mm of machine.mm.spaces) if (mm.name === whose) return mm;
  throw new RangeError(`${where}: whose must be a pid or name an address space, got ${whose}`);
}
