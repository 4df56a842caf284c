/** Calls that make and end tasks. */
import { CloneFlag, FORK_FLAGS } from "@forkpath/abi";
import type { Call } from "../call.ts";
import { NONE, OK, outcomeOf } from "../outcome.ts";
import { addChild, type World } from "../world.ts";
import { rusageAt } from "./rusage.ts";

const THREAD_FLAGS =
  CloneFlag.VM |
  CloneFlag.FS |
  CloneFlag.FILES |
  CloneFlag.SIGHAND |
  CloneFlag.THREAD |
  CloneFlag.SYSVSEM;

type MakeTask = (world: World, pid: number) => number;

const birth =
  (make: MakeTask): Call =>
  (world, who, [name]) => {
    const child = make(world, who.pid);
    addChild(world, name, child, who.program);
    return outcomeOf(child);
  };

export const fork: Call = birth(({ kernel }, pid) => kernel.fork(pid));
export const vfork: Call = birth(({ kernel }, pid) => kernel.vfork(pid));
export const thread: Call = birth(({ kernel }, pid) => kernel.clone(pid, THREAD_FLAGS));
export const share: Call = birth(({ kernel }, pid) => kernel.clone(pid, CloneFlag.VM | FORK_FLAGS));

/** exit_group: the process with all its threads. */
export const exit: Call = ({ kernel }, { pid }) => {
  kernel.exitGroup(pid);
  return OK;
};

/** One thread alone; the last one ends the process. */
export const end: Call = ({ kernel }, { pid }) => {
  kernel.exit(pid);
  return OK;
};

export const kill: Call = ({ kernel }, { pid }) => {
  kernel.kill(pid);
  return OK;
};

/** Of a child that has not ended: `nothing`. With a place, what it used is written there. */
export const wait: Call = (world, { pid }, [name, ...place]) => {
  const child = world.pids.get(name);
  if (child === undefined) return NONE;
  const { pid: reaped, rusage } = world.kernel.wait(pid, child);
  if (reaped === 0) return { result: "nothing" };
  if (reaped < 0 || rusage === null || place.length === 0) return outcomeOf(reaped);
  return rusageAt(world, pid, place, rusage);
};

/** Init waits at once for whoever has died and has no other parent; the others are forgotten. */
export function reapOrphans({ kernel, subjects }: World): void {
  const { tasks, initTask } = kernel.machine.fork;
  for (const child of [...initTask.children]) {
    if (child.state === "zombie") kernel.wait(initTask.pid, child.pid);
  }
  for (const { name, pid } of [...subjects.values()]) if (!tasks.has(pid)) subjects.delete(name);
}
