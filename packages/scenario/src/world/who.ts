/**
 * Names of processes: a name stands for a pid, as long as the task that had the pid when it was
 * named, or the heir of that task, still has it.
 */
import { hasEnded, type TaskState, type TaskStruct } from "@forkpath/fork";
import { isGroupEmpty, isGroupLeader } from "@forkpath/fork/internal";
import type { MmStruct } from "@forkpath/mm";
import { invariant } from "@forkpath/sync";
import type { Place } from "../format/place.ts";
import { INIT } from "../format/process.ts";
import { CallerWaits, CannotRun } from "./cannot-run.ts";
import type { LiveProcess, LiveSpace, World } from "./world.ts";

/** @throws CannotRun when there never was such a process */
export function findProcess({ processes }: World, name: string): LiveProcess {
  const found = processes.get(name);
  if (found === undefined) throw new CannotRun(`there is no process ${name}`);
  return found;
}

/**
 * Its task; undefined once it was waited for, even if another task has its pid by now. A thread
 * that calls exec takes over the pid of its leader, and so its name.
 */
export function taskOf({ kernel }: World, { pid, task }: LiveProcess): TaskStruct | undefined {
  const now = kernel.machine.fork.tasks.get(pid);
  const isHeir = now !== undefined && isGroupLeader(now) && now.signal === task.signal;
  return now === task || isHeir ? now : undefined;
}

/** What a task is doing; `waiting` inside a call, `gone` once it was waited for. */
export type TaskWord = Exclude<TaskState, "dead"> | "waiting" | "gone";

export function stateOf(world: World, process: LiveProcess): TaskWord {
  const task = taskOf(world, process);
  if (task === undefined || task.state === "dead") return "gone";
  if (task.state === "zombie") return "zombie";
  return world.kernel.isBlocked(process.pid) ? "waiting" : task.state;
}

/** The name under which a thread goes on that has called exec: that of its leader. */
function heirOf(world: World, process: LiveProcess): LiveProcess | undefined {
  const { task } = process;
  if (hasEnded(task) || task.pid === process.pid) return undefined;
  return [...world.processes.values()].find((one) => taskOf(world, one) === task);
}

/**
 * Why a name stands for no task that could do anything.
 * @param ending what is told of one that did not become another by exec
 */
export function goneText(world: World, process: LiveProcess, ending = "has ended"): string {
  const heir = heirOf(world, process);
  return heir === undefined
    ? `${process.name} ${ending}`
    : `${process.name} has called exec, and with that became ${heir.name}`;
}

/**
 * The pid that a call names, whether or not there still is such a task.
 * @throws CannotRun when there never was such a process, or another process has its pid now
 */
export function pidOf(world: World, name: string): number {
  const process = findProcess(world, name);
  const isReused = world.kernel.machine.fork.tasks.has(process.pid);
  const isElsewhere = isReused || heirOf(world, process) !== undefined;
  if (isElsewhere && taskOf(world, process) === undefined) {
    throw new CannotRun(goneText(world, process, "is gone"));
  }
  return process.pid;
}

/**
 * Gives a name to a task that was just made.
 * @throws InvariantError when there is no such task
 */
export function addProcess(world: World, name: string, pid: number, space: LiveSpace): LiveProcess {
  const task = world.kernel.machine.fork.tasks.get(pid);
  invariant(task !== undefined, "task-was-made", `${name} is to be ${pid}, which no task has`);
  const process = { name, pid, task, space };
  world.processes.set(name, process);
  return process;
}

/**
 * The pid of a process that is to make a call.
 * @throws CannotRun for one that never was, has ended, or waits in another call
 */
export function callerPid(world: World, name: string): number {
  const { kernel } = world;
  const process = findProcess(world, name);
  const task = taskOf(world, process);
  if (task === undefined || hasEnded(task)) throw new CannotRun(goneText(world, process));
  const waits = kernel.machine.waiting.get(process.pid);
  if (waits !== undefined) throw new CallerWaits(`${name} waits for ${waits.waitsFor.label}`);
  return process.pid;
}

/**
 * The pid of init, which a scenario names without declaring it.
 * @throws CannotRun for another name, and while init waits
 */
export function initPid({ kernel }: World, name: string): number {
  const { initTask } = kernel.machine.fork;
  if (name !== INIT) throw new CannotRun(`there is no process ${name}`);
  if (kernel.isBlocked(initTask.pid)) throw new CallerWaits("init waits already");
  return initTask.pid;
}

/** @throws CannotRun for a process that has ended, and for kernel threads */
export function memoryOf(world: World, process: LiveProcess): MmStruct {
  const mm = taskOf(world, process)?.mm ?? null;
  if (mm === null) throw new CannotRun(goneText(world, process, "has no memory"));
  return mm;
}

/** The process whose mapping it is. @throws CannotRun when it has no memory any more */
export function ownerOf(world: World, { process }: Place): LiveProcess {
  const owner = findProcess(world, process);
  memoryOf(world, owner);
  return owner;
}

/**
 * All processes of a name that may end in `*`; for `all`, those that are not gone.
 * @throws CannotRun when a full name means nothing
 */
export function matching(world: World, pattern: string): readonly LiveProcess[] {
  const everyone = [...world.processes.values()];
  if (pattern === "all") return everyone.filter((one) => taskOf(world, one) !== undefined);
  if (!pattern.endsWith("*")) return [findProcess(world, pattern)];
  return everyone.filter(({ name }) => name.startsWith(pattern.slice(0, -1)));
}

/** Whether a child of init has ended that init can wait for. */
export const hasOrphans = ({ kernel }: World): boolean =>
  kernel.machine.fork.initTask.children.some(
    (child) => child.state === "zombie" && isGroupEmpty(child),
  );
