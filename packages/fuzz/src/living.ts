/** Which processes can still do something, and how those that wait are let go. */
import type { LiveProcess, World } from "@forkpath/scenario";
import { type Entry, taskOf } from "@forkpath/scenario/internal";

/** Processes that have memory and have not ended; some of them may wait. */
export const findLiving = (world: World): readonly LiveProcess[] =>
  [...world.processes.values()].filter((process) => {
    const task = taskOf(world, process);
    return task !== undefined && task.mm !== null && task.state === "running";
  });

/**
 * Ends what `processes` may wait for: a core dump, or a page that is under way; null without one.
 */
export function letArrive(world: World, processes: readonly LiveProcess[]): Entry | null {
  const dumped = processes.find((process) => taskOf(world, process)?.mm?.coreState === true);
  if (dumped !== undefined) return { coreDump: dumped.name, running: false };
  return world.kernel.machine.migrations.length > 0 ? { migrateEnd: true } : null;
}
