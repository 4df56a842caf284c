/**
 * One schedule under observation: what each step did, in which function, and what the monitors say.
 *
 * The program runs as it always does; only its machine has a listener. What a thread does before
 * its first step is recorded with that step.
 */
import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { type Replay, replay } from "@forkpath/interleave";
import type { WitnessStep } from "@forkpath/picture";
import type { Litmus, LitmusState } from "../litmus.ts";
import { CallStack } from "./call-stack.ts";
import type { Finding, Monitor } from "./monitor.ts";
import { type SeenPoint, seePoint, seeSubject } from "./seen-point.ts";

/** One thing that a step did. */
export interface Deed {
  /** What happened. */
  readonly event: KernelEvent;
  /** The innermost kernel function that is known; the thread's name outside of all. */
  readonly fn: string;
}

export interface SeenStep extends WitnessStep {
  readonly deeds: readonly Deed[];
}

/** One schedule, with all that happened in it. */
export interface ObservedRun<S> {
  /** The schedule as any replay has it. */
  readonly replay: Replay<S>;
  /** What each of its steps did. */
  readonly steps: readonly SeenStep[];
  /** What the monitors say, in the order of the monitors. */
  readonly findings: readonly Finding[];
}

/** What looks at the schedule. */
export interface ObserveOptions {
  /** Made for this schedule; by default none. */
  readonly monitors?: readonly Monitor[];
  /** As given to `explore`. */
  readonly maxSteps?: number;
}

/** The same, with a look at the state after each step. */
export interface LookOptions<S> extends ObserveOptions {
  /** Called after each step, counted from 1, with the state that it left: to look, and no more. */
  readonly onStep?: (state: S, step: number) => void;
}

/**
 * Runs `litmus` once, as `schedule` says, and listens.
 * @throws RangeError when `schedule` is no schedule
 * @example
 * ```ts
 * import { execCharge, observe } from "@forkpath/explore";
 * const { steps } = observe(execCharge({ pages: 1, faults: 1 }), "v1:ab");
 * console.log(steps.length > 0); // true
 * ```
 */
export function observe<S extends LitmusState>(
  litmus: Litmus<S>,
  schedule: string,
  { monitors = [], onStep, ...options }: LookOptions<S> = {},
): ObservedRun<S> {
  const observer = new Observer(litmus, monitors, onStep);
  const done = replay(observer.program, schedule, options);
  attachSink(done.state.sync, null);
  const brokenOff = done.steps[observer.steps.length];
  observer.closeLastStep(done.state);
  const steps = observer.steps.map((step, index) => {
    const taken = step.point === null ? brokenOff : done.steps[index];
    return { ...step, isPreemption: taken?.thread === step.thread && taken.isPreemption };
  });
  return {
    replay: done,
    steps,
    findings: monitors.flatMap((monitor) => monitor.findings()),
  };
}

class Observer<S extends LitmusState> {
  /** In the order in which they ended, as those of the replay. */
  readonly steps: Omit<SeenStep, "isPreemption">[] = [];
  readonly program: Litmus<S>;
  private readonly litmus: Litmus<S>;
  private readonly monitors: readonly Monitor[];
  private readonly stacks: readonly CallStack[];
  /** What each thread has done since its last step was recorded. */
  private readonly deeds: Deed[][];
  private thread = 0;

  constructor(
    litmus: Litmus<S>,
    monitors: readonly Monitor[],
    onStep?: (state: S, step: number) => void,
  ) {
    this.litmus = litmus;
    this.monitors = monitors;
    this.stacks = litmus.threadNames.map((name) => new CallStack(name));
    this.deeds = litmus.threadNames.map(() => []);
    this.program = {
      ...litmus,
      setup: () => this.listen(litmus.setup()),
      onSwitch: (state, thread) => {
        this.thread = thread;
        litmus.onSwitch?.(state, thread);
      },
      invariant: (state, thread, point) => {
        this.closeStep(state, thread, seePoint(point));
        onStep?.(state, this.steps.length);
        return litmus.invariant?.(state, thread, point);
      },
      outcome: (state, results) => {
        attachSink(state.sync, null); // no thread does what comes now
        return litmus.outcome?.(state, results) ?? "done";
      },
    };
  }

  /** A step that threw, or that broke off, is recorded as far as it got. */
  closeLastStep(state: S): void {
    for (const [thread, deeds] of this.deeds.entries()) {
      if (deeds.length > 0) this.closeStep(state, thread, null);
    }
  }

  private listen(state: S): S {
    attachSink(state.sync, {
      wants: ALL_EVENTS,
      emit: (event) => this.hear(state, event),
    });
    return state;
  }

  private hear({ sync }: S, event: KernelEvent): void {
    const { thread } = this;
    const stack = this.stacks[thread];
    const { held } = sync.current;
    stack.follow(event);
    const fn = "where" in event ? event.where : stack.innermost;
    const name = this.litmus.threadNames[thread];
    this.deeds[thread].push({ event, fn });
    for (const monitor of this.monitors) monitor.see(event, { thread, name, fn, held });
  }

  private closeStep({ selves }: S, thread: number, point: SeenPoint | null): void {
    const held = selves[thread].held.map(seeSubject);
    const fn = this.stacks[thread].innermost;
    this.steps.push({ thread, point, fn, held, deeds: this.deeds[thread] });
    this.deeds[thread] = [];
    if (point === null) return;
    for (const monitor of this.monitors) monitor.passStep?.(point, thread);
  }
}
