/**
 * Running a system call to its end, on a machine where nobody else runs meanwhile.
 *
 * A call that has to wait (a vfork parent, a fault on a page under migration) is put aside with
 * what it holds; its task can make no other call. After each call those are taken up again whose
 * waiting is over, and whoever was killed dies that is not inside a call.
 */
import { Signal } from "@forkpath/abi";
import { isExiting, type TaskStruct } from "@forkpath/fork";
import { dieOfSignal } from "@forkpath/fork/internal";
import {
  InvariantError,
  type KernelThread,
  type RunResult,
  runToCompletion,
  runUntilBlocked,
  type SchedulePoint,
  type Thread,
} from "@forkpath/sync";
import { liveTask, type Machine, type WaitingCall } from "./machine.ts";

/** In place of an answer: the call has not returned, its task waits. Less than any errno. */
export const BLOCKED: number = Number.NEGATIVE_INFINITY;

/** The calls of an interface of threads, as plain functions. */
export type Finished<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (
    ...args: infer Args
  ) => KernelThread<infer Answer>
    ? (...args: Args) => Answer
    : never;
};

/** Every member of `Calls` makes threads that answer `Answer`. */
type CallTable<Calls, Answer> = {
  readonly [Name in keyof Calls]: (...args: never[]) => KernelThread<Answer>;
};

/**
 * Each call as a plain function, made by the task that its first argument names. One that has to
 * wait answers BLOCKED; a vfork that does, the child's pid.
 * @throws RangeError from each of them, when the task is not there or waits in another call
 * @modelOnly the system call entry
 */
export const finishTaskCalls = <Calls extends CallTable<Calls, number>>(
  machine: Machine,
  calls: Calls,
): Finished<Calls> =>
  mapTaskCalls(
    machine,
    calls,
    ({ task }) => task.children.find(({ vforkDone }) => vforkDone !== null)?.pid ?? BLOCKED,
  );

/**
 * The same for calls that never have to wait, whatever they answer.
 * @throws RangeError from each of them, when the task is not there or waits in another call
 * @throws InvariantError from one that has to wait all the same
 * @modelOnly the system call entry
 */
export const finishTaskQueries = <Calls extends CallTable<Calls, object>>(
  machine: Machine,
  calls: Calls,
): Finished<Calls> =>
  mapTaskCalls(machine, calls, ({ name, task, waitsFor }) => {
    throw new InvariantError("runs-alone", `${name} of ${task.pid} waits for ${waitsFor.label}`);
  });

/**
 * Each call as a plain function, made by the kernel itself.
 * @throws InvariantError from each of them, when it would have to wait
 * @modelOnly kswapd and other kernel threads
 */
export const finishKernelCalls = <Calls extends CallTable<Calls, unknown>>(
  machine: Machine,
  calls: Calls,
): Finished<Calls> =>
  mapCalls(calls, (_name, call) => (...args) => {
    machine.mm.sync.current.refusal = null;
    const answer = runToCompletion(call(...args));
    resumeCalls(machine);
    return answer;
  });

/**
 * Runs one call as `task` until it returns or has to wait, and then whatever can go on because of
 * that; which may be what the call waits for.
 * @modelOnly the scheduler
 */
function advanceCall<Answer>(
  machine: Machine,
  task: TaskStruct,
  thread: KernelThread<Answer>,
): RunResult<Answer> {
  const { pid, thread: self } = task;
  machine.returned.delete(pid);
  self.refusal = null;
  const result = beginCall(machine, task, thread);
  resumeCalls(machine);
  if (result.done || !machine.returned.has(pid)) return result;
  return { done: true, value: machine.returned.get(pid) as Answer };
}

/**
 * Takes up every call whose waiting is over, again and again while one lets another go on, and lets
 * those die who were killed.
 * @modelOnly the scheduler
 */
export function resumeCalls(machine: Machine): void {
  let isProgress = true;
  while (isProgress) {
    isProgress = reapKilled(machine);
    for (const [pid, call] of machine.waiting) {
      if (resumeCall(machine, pid, call)) isProgress = true;
    }
  }
}

/** @returns whether the call went on, to its end or to where it waits next */
function resumeCall(machine: Machine, pid: number, call: WaitingCall): boolean {
  const { waiting, returned, fork } = machine;
  const task = fork.tasks.get(pid);
  if (task === undefined || task.state === "zombie") {
    waiting.delete(pid); // its thread group was ended meanwhile
    return false;
  }
  if (!call.waitsFor.ready()) return false;
  const result = advanceAs(machine, task.thread, call.thread);
  if (result.done) {
    waiting.delete(pid);
    returned.set(pid, result.value);
  } else {
    call.waitsFor = result.waitsFor;
  }
  return true;
}

/**
 * Those who were killed die on their way to user space: not while they are inside a call.
 * @returns whether anybody did
 */
function reapKilled(machine: Machine): boolean {
  const { killed, waiting, fork } = machine;
  let isAnyDead = false;
  for (const task of killed) {
    if (waiting.has(task.pid)) continue;
    killed.delete(task);
    if (isExiting(task)) continue;
    isAnyDead = true;
    beginCall(machine, task, dieOfSignal(fork, task, Signal.SIGKILL));
  }
  return isAnyDead;
}

/** Runs `thread` as `task`, and puts it aside where it has to wait. */
function beginCall<T>(machine: Machine, task: TaskStruct, thread: KernelThread<T>): RunResult<T> {
  const { pid } = task;
  const result = advanceAs(machine, task.thread, thread);
  if (!result.done) machine.waiting.set(pid, { thread, waitsFor: result.waitsFor });
  return result;
}

/** Locks are taken and given back in the name of `self`. */
function advanceAs<T>(
  { mm: { sync } }: Machine,
  self: Thread,
  thread: KernelThread<T>,
): RunResult<T> {
  const before = sync.current;
  sync.current = self;
  try {
    return runUntilBlocked(thread);
  } finally {
    sync.current = before;
  }
}

/** The task, if it can make a call now. */
function idleTask(machine: Machine, where: string, pid: number): TaskStruct {
  const task = liveTask(machine, where, pid);
  const waits = machine.waiting.get(pid);
  if (waits === undefined) return task;
  throw new RangeError(
    `${where}: pid must be that of a task that runs, got ${pid}, which waits for ${waits.waitsFor.label}`,
  );
}

type AnyCall = (pid: number, ...args: unknown[]) => KernelThread<unknown>;

/** A call that has to wait. */
interface Stopped {
  readonly name: string;
  readonly task: TaskStruct;
  readonly waitsFor: SchedulePoint;
}

/** Each call is made by the task of its first argument; `stopped` answers for one that waits. */
const mapTaskCalls = <Calls extends object>(
  machine: Machine,
  calls: Calls,
  stopped: (call: Stopped) => unknown,
): Finished<Calls> =>
  mapCalls(calls, (name, call) => (pid, ...args) => {
    const task = idleTask(machine, name, pid);
    const result = advanceCall(machine, task, call(pid, ...args));
    return result.done ? result.value : stopped({ name, task, waitsFor: result.waitsFor });
  });

/** `calls` with each function replaced by a plain one with the same arguments. */
function mapCalls<Calls extends object>(
  calls: Calls,
  finish: (name: string, call: AnyCall) => (pid: number, ...args: unknown[]) => unknown,
): Finished<Calls> {
  const entries = Object.entries(calls).map(([name, call]) => [name, finish(name, call)]);
  return Object.fromEntries(entries) as Finished<Calls>;
}
