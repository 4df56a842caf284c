/** Calls that make and end tasks. */
import type { Call } from "../call.ts";
import { NONE, OK, outcomeOf } from "../outcome.ts";
import { addChild, type World } from "../world.ts";

export const fork: Call = (world, { pid }, [name]) => {
  const child = world.kernel.fork(pid);
  addChild(world, name, child);
  return outcomeOf(child);
};

export const exit: Call = ({ kernel }, { pid }) => {
  kernel.exitGroup(pid);
  return OK;
};

export const wait: Call = (world, { pid }, [name]) => {
  const child = world.subjects.get(name);
  if (child === undefined) return NONE;
  const { pid: reaped } = world.kernel.wait(pid, child.pid);
  if (reaped === 0) return { result: "nothing" };
  return outcomeOf(reaped);
};

/** Init waits at once for whoever has died and has no other parent; the others are forgotten. */
export function reapOrphans({ kernel, subjects }: World): void {
  const { tasks, initTask } = kernel.machine.fork;
  for (const child of [...initTask.children]) {
    if (child.state === "zombie") kernel.wait(initTask.pid, child.pid);
  }
  for (const { name, pid } of [...subjects.values()]) if (!tasks.has(pid)) subjects.delete(name);
}
