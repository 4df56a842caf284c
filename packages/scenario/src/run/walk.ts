/**
 * The inside of a step: its calls, one schedule point at a time, with the machine to look at after
 * any of them.
 *
 * The kernel's code is the same that runs the step at once. What is seen in between is what another
 * task could see there: entries copied and not counted yet, an address space that no task has.
 */
import { EVENT_CLASSES, EventClass, type EventSink, type KernelEvent } from "@forkpath/events";
import { BLOCKED } from "@forkpath/kernel";
import { resumeCalls } from "@forkpath/kernel/internal";
import type { KernelThread } from "@forkpath/sync";
import type { Step } from "../story/step.ts";
import { settleReturned } from "../world/act.ts";
import type { StepOutcome } from "../world/outcome.ts";
import {
  advance,
  callerOf,
  canAdvance,
  createRacer,
  interleaved,
  pointText,
  type Racer,
} from "../world/race.ts";
import { explained } from "../world/reason.ts";
import type { World } from "../world/world.ts";
import {
  beginStep,
  endStep,
  outcomeOfThrown,
  repeat,
  type StepEnd,
  type StepOptions,
  type StepResult,
} from "./run-step.ts";

/** A step that is under way. */
export interface Walk {
  /** The step. */
  readonly step: Step;
  /** Schedule points that it has passed. */
  readonly points: number;
  /** What it stands before: `alloc pte`, `lock mm1.mmap_sem`. Null when the calls are done. */
  readonly next: string | null;
  /** Kernel functions that are open there, outermost first. */
  readonly stack: readonly string[];
  /** Whether it can pass its next point by itself: else it waits, or its calls are done. */
  readonly canAdvance: boolean;
  /** Passes up to `count` points. @returns how many it has passed */
  advance(count?: number): number;
  /** Takes the step to its end, and judges it as `next` does; once. */
  finish(options?: StepOptions): StepResult;
}

/** Follows calls and returns, and hands everything on. */
interface Follower extends EventSink {
  readonly stack: string[];
}

/** A sink that knows which functions are open, and passes on what `sink` wants. */
export function createFollower(sink: EventSink | null): Follower {
  const stack: string[] = [];
  return {
    wants: EventClass.CALL | (sink?.wants ?? 0),
    stack,
    emit(event: KernelEvent, thread: number) {
      if (event.kind === "call") stack.push(event.fn);
      else if (event.kind === "return") stack.pop();
      if (sink !== null && sink.wants & EVENT_CLASSES[event.kind]) sink.emit(event, thread);
    },
  };
}

/** @param number of the step, counted from 1 */
export function createWalk(world: World, step: Step, number: number, stack: string[]): Walk {
  return new StepWalk(world, step, number, stack);
}

class StepWalk implements Walk {
  readonly step: Step;
  readonly stack: readonly string[];
  points = 0;
  private readonly world: World;
  private readonly number: number;
  private readonly before: number;
  private racer: Racer | null = null;
  private round = 0;
  private end: StepEnd | null = null;

  constructor(world: World, step: Step, number: number, stack: string[]) {
    this.world = world;
    this.step = step;
    this.number = number;
    this.stack = stack;
    this.before = beginStep(world, step);
    if (step.action.isPlanned) this.beginRound();
  }

  get next(): string | null {
    const point = this.racer?.point ?? null;
    return point === null ? null : pointText(point);
  }

  get canAdvance(): boolean {
    return this.end === null && this.racer !== null && canAdvance(this.racer);
  }

  advance(count = 1): number {
    let passed = 0;
    for (; passed < count && this.canAdvance; passed++) {
      this.points++;
      this.attempt((racer) => interleaved(this.world, () => advance(this.world, racer)));
    }
    return passed;
  }

  finish(options: StepOptions = {}): StepResult {
    const { world, step, number, before } = this;
    if (!step.action.isPlanned) this.end = repeat(world, step);
    while (this.end === null) {
      this.advance(Number.POSITIVE_INFINITY);
      this.attempt(() => this.endRound()); // what is left of the round waits for another task
    }
    return endStep(world, step, number, before, this.end, options);
  }

  /** The calls of the next round; one that fails has no further rounds. */
  private beginRound(): void {
    const { world, step } = this;
    this.round++;
    const round = step.times === 1 ? 0 : this.round;
    this.attempt(() => {
      const plan = step.action.plan(world, round);
      this.racer = interleaved(world, () => createRacer(world, "step", plan, 0));
    });
  }

  private endRound(): void {
    const { racer, world, step } = this;
    if (racer === null || this.end !== null) return;
    const outcome = settle(world, racer);
    settleReturned(world);
    if (outcome.kind === "failed" || outcome.kind === "cannot") this.stop(outcome);
    else if (this.round === step.times) this.end = { outcome, done: step.times };
    else this.beginRound();
  }

  private stop(outcome: StepOutcome): void {
    this.end = { outcome, done: this.round - 1 };
  }

  /**
   * Does a part of the step, and goes on to the next round where the calls of this one are done.
   */
  private attempt(act: (racer: Racer) => void): void {
    try {
      act(this.racer as Racer);
      if (this.racer?.point === null && this.end === null) this.endRound();
    } catch (error) {
      this.stop(outcomeOfThrown(this.step, error));
    }
  }
}

/** Brings names up to date; a call that waits goes on in a later step, as after `next`. */
function settle(world: World, racer: Racer): StepOutcome {
  const { machine } = world.kernel;
  const { plan, answers, point } = racer;
  const pid = callerOf(plan);
  if (point !== null && pid !== null) {
    machine.waiting.set(pid, { thread: restOf(racer), waitsFor: point });
  }
  resumeCalls(machine);
  if (pid === null || !machine.waiting.has(pid)) {
    return explained(world, plan.settle(answers), pid);
  }
  // A vfork has its child already, and can say so.
  const task = machine.fork.tasks.get(pid);
  const child = task?.children.find(({ vforkDone }) => vforkDone !== null);
  const told = [...answers, child?.pid ?? BLOCKED];
  if (child === undefined) world.unsettled.push({ plan, pid, answers: told });
  return explained(world, plan.settle(told), pid);
}

/** What a racer has left to do, as a call that answers what its last one does. */
function* restOf({ path, answers }: Racer): KernelThread<unknown> {
  yield* path;
  return answers.at(-1);
}
