/**
 * One thread of a stage: makes its steps one after the other, and yields every schedule point of
 * theirs, with one more before each: there the task is still in user space.
 */
import { Signal } from "@forkpath/abi";
import { isExiting, type TaskStruct } from "@forkpath/fork";
import { dieOfSignal, signalsPoint } from "@forkpath/fork/internal";
import type { KernelThread, SchedulePoint, Steps, Thread } from "@forkpath/sync";
import { failureOn } from "../story/failure.ts";
import { type Step, stepText } from "../story/step.ts";
import type { PlannedCall } from "../world/call.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { outcomeText } from "../world/outcome.ts";
import { kernelOf, type StepPlan, type World } from "../world/world.ts";
import { callPoint, namesPoint, placesPoint } from "./call-point.ts";
import type { ExpectationResult } from "./observe.ts";

/** One of the threads, not begun. */
export interface StagedThread {
  /** Name of the thread in the scenario. */
  readonly name: string;
  /** The task that it runs as now, or the kernel itself: to be `sync.current` while it goes on. */
  self: Thread;
  /** Its steps, one after the other; to be run to its end. */
  readonly path: Steps<void>;
}

/** What the threads of one stage share. */
export interface Cast {
  readonly world: World;
  /** Tasks inside a call, with the thread that makes it. */
  readonly busy: Map<TaskStruct, string>;
  /** Whether a thread may kill another: then each asks, at the end of a call, if it was killed. */
  readonly canKill: boolean;
  /** Whether a task was killed, which may have had steps to make. */
  hasKilled: boolean;
  /** How steps ended that ended otherwise than they should. */
  readonly results: ExpectationResult[];
}

export class Staged implements StagedThread {
  readonly name: string;
  self: Thread;
  readonly path: Steps<void>;

  /** @param kernelSelf what it runs as while no task makes its calls */
  constructor(cast: Cast, name: string, kernelSelf: Thread, steps: readonly Step[]) {
    this.name = name;
    this.self = kernelSelf;
    this.path = new Path(makeSteps(cast, this, kernelSelf, steps));
  }
}

function* makeSteps(
  cast: Cast,
  thread: StagedThread,
  kernelSelf: Thread,
  steps: readonly Step[],
): Outer<void> {
  for (const step of steps) {
    for (let round = 1; round <= step.times; round++) {
      const number = step.times === 1 ? 0 : round;
      const isAlive = yield* makeStep(cast, thread, kernelSelf, step, number);
      if (!isAlive) return;
    }
  }
}

/** A call to be made; the answer is what the one who yields it gets. */
class Entering {
  readonly call: KernelThread<unknown>;

  constructor(call: KernelThread<unknown>) {
    this.call = call;
  }
}

/** What is around the calls: yields the points of its own, and the calls. */
type Outer<T> = Generator<SchedulePoint | Entering, T, unknown>;

/**
 * Goes from point to point, and hands calls their turns itself: to resume a generator through those
 * that delegate to it costs as much again for each.
 */
class Path implements Steps<void> {
  private readonly outer: Outer<void>;
  private call: KernelThread<unknown> | null = null;

  constructor(outer: Outer<void>) {
    this.outer = outer;
  }

  next(): IteratorResult<SchedulePoint, void> {
    let answer: unknown;
    for (;;) {
      if (this.call !== null) {
        const step = this.call.next();
        if (!step.done) return step;
        this.call = null;
        answer = step.value;
      }
      const step = this.outer.next(answer);
      if (step.done) return step;
      if (!(step.value instanceof Entering)) return { done: false, value: step.value };
      this.call = step.value.call;
    }
  }
}

/**
 * Names are looked up as it begins, so that it can use what another thread has made by then.
 * @returns false when another thread has killed the task that made it
 */
function* makeStep(
  cast: Cast,
  thread: StagedThread,
  kernelSelf: Thread,
  step: Step,
  round: number,
): Outer<boolean> {
  const { world, results } = cast;
  const text = stepText(step);
  yield callPoint(world, thread.name, step, text);
  const { changes } = step.action;
  if (changes !== null) yield placesPoint(world, thread.name, step, changes);
  const planned = planUnlessKilled(cast, step, round);
  if (planned === null) return false;
  const answers: unknown[] = [];
  for (const call of planned.calls) {
    const answer = yield* makeCall(cast, thread, kernelSelf, call);
    if (answer === KILLED) return false;
    answers.push(answer);
    if (planned.isFailure(answer)) break;
  }
  if (step.action.names !== null) yield namesPoint(world, thread.name, step);
  const got = outcomeText(planned.settle(answers));
  if (step.mayFail) return true;
  const wanted = failureOn(step.fails, kernelOf(world)) ?? "success";
  if (got !== wanted) results.push({ line: step.at.line, text, wanted, got, isMet: false });
  return true;
}

/** Null when its task was killed meanwhile: no task is left to make the step. */
function planUnlessKilled(cast: Cast, step: Step, round: number): StepPlan | null {
  try {
    return step.action.plan(cast.world, round);
  } catch (error) {
    if (error instanceof CannotRun && cast.hasKilled) return null;
    throw error;
  }
}

/** In place of an answer: another thread has ended the whole process. */
const KILLED = Symbol("killed");

/** Whether it has to die as soon as it is in user space. */
const isDoomed = (task: TaskStruct): boolean => task.isKilled && !isExiting(task);

/**
 * @returns the answer, or KILLED
 * @throws CannotRun when another thread is making a call as the same task
 */
function* makeCall(
  { world, busy, canKill }: Cast,
  thread: StagedThread,
  kernelSelf: Thread,
  { pid, thread: begin }: PlannedCall,
): Outer<unknown> {
  const { machine } = world.kernel;
  const task = pid === null ? undefined : machine.fork.tasks.get(pid);
  thread.self = task?.thread ?? kernelSelf;
  machine.mm.sync.current = thread.self;
  if (task === undefined) return yield new Entering(begin());
  const other = busy.get(task);
  if (other !== undefined) {
    throw new CannotRun(`${task.comm} is in a call of thread ${other}: clone a thread of it`);
  }
  if (task.isKilled && isExiting(task)) return KILLED; // its killer is running its exit
  busy.set(task, thread.name);
  let answer: unknown = KILLED;
  if (!isDoomed(task)) answer = yield new Entering(begin());
  if (canKill) yield signalsPoint(task);
  const isKilled = isDoomed(task);
  if (isKilled) yield new Entering(dieOfSignal(machine.fork, task, Signal.SIGKILL));
  busy.delete(task);
  return isKilled ? KILLED : answer;
}
