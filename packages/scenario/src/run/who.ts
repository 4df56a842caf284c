/**
 * Who a scenario speaks of: a name stands for a pid, as long as the task that had it then, or its
 * heir, has it still.
 */
import { hasEnded, isGroupLeader, type TaskStruct } from "@forkpath/fork";
import type { MmStruct } from "@forkpath/mm";
import { invariant } from "@forkpath/sync";
import { INIT } from "../format/process.ts";
import { CannotRun } from "./cannot-run.ts";
import type { AddressSpace, LiveProcess, World } from "./world.ts";

/** @throws CannotRun when there never was such a process */
export function findProcess({ processes }: World, name: string): LiveProcess {
  const found = processes.get(name);
  if (found === undefined) throw new CannotRun(`there is no process ${name}`);
  return found;
}

/**
 * Its task; undefined once it was waited for, whoever may have its pid by now. A thread that calls
 * exec takes the pid over from its leader, and so its name.
 */
export function taskOf({ kernel }: World, { pid, task }: LiveProcess): TaskStruct | undefined {
  const now = kernel.machine.fork.tasks.get(pid);
  const isHeir = now !== undefined && isGroupLeader(now) && now.signal === task.signal;
  return now === task || isHeir ? now : undefined;
}

/**
 * The pid that a call names, whether or not there still is such a task.
 * @throws CannotRun when there never was such a process, or its pid is somebody else's now
 */
export function pidOf(world: World, name: string): number {
  const process = findProcess(world, name);
  const isReused = world.kernel.machine.fork.tasks.has(process.pid);
  if (isReused && taskOf(world, process) === undefined) throw new CannotRun(`${name} is gone`);
  return process.pid;
}

/**
 * Gives a name to a task that was just made.
 * @throws InvariantError when there is no such task
 */
export function addProcess(
  world: World,
  name: string,
  pid: number,
  space: AddressSpace,
): LiveProcess {
  const task = world.kernel.machine.fork.tasks.get(pid);
  invariant(task !== undefined, "task-was-made", `${name} is to be ${pid}, which is nobody`);
  const process = { name, pid, task, space };
  world.processes.set(name, process);
  return process;
}

/**
 * The pid of who is to make a call.
 * @throws CannotRun for who never was, has ended, or waits in another call
 */
export function callerPid(world: World, name: string): number {
  const { kernel } = world;
  const process = findProcess(world, name);
  const task = taskOf(world, process);
  if (task === undefined || hasEnded(task)) {
    throw new CannotRun(`${name} has ended`);
  }
  const waits = kernel.machine.waiting.get(process.pid);
  if (waits !== undefined) throw new CannotRun(`${name} waits for ${waits.waitsFor.label}`);
  return process.pid;
}

/**
 * The pid of init, for the name of somebody who is nobody else.
 * @throws CannotRun for another name, and while init waits
 */
export function initPid({ kernel }: World, name: string): number {
  const { initTask } = kernel.machine.fork;
  if (name !== INIT) throw new CannotRun(`there is no process ${name}`);
  if (kernel.isBlocked(initTask.pid)) throw new CannotRun("init waits already");
  return initTask.pid;
}

/** @throws CannotRun for who has ended, and for kernel threads */
export function memoryOf(world: World, process: LiveProcess): MmStruct {
  const mm = taskOf(world, process)?.mm ?? null;
  if (mm === null) throw new CannotRun(`${process.name} has no memory`);
  return mm;
}
