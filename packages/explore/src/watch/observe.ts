/**
 * One schedule under observation: what each step did, in which function, and what the monitors say.
 *
 * The program runs as it always does; only its machine has a listener. What a thread does before
 * its first step is told with that step.
 */

import { ALL_EVENTS, attachSink, type KernelEvent } from "@forkpath/events";
import { type Program, type Replay, replay } from "@forkpath/interleave";
import type { Litmus, LitmusState } from "../litmus.ts";
import { CallStack } from "./call-stack.ts";
import type { Finding, Monitor } from "./monitor.ts";
import type { SeenPoint } from "./seen-point.ts";

/** One thing that a step did. */
export interface Deed {
  readonly event: KernelEvent;
  /** The innermost kernel function that is known; the thread's name outside of all. */
  readonly fn: string;
  /** Class of the lock that was taken or given back; null for other deeds. */
  readonly lockClass: string | null;
}

export interface SeenStep {
  readonly thread: number;
  /** What the step announced; null for what a thread did that never came to take a step. */
  readonly point: SeenPoint | null;
  /** The innermost kernel function that is known, as the step ends. */
  readonly fn: string;
  /** Name of the lock taken last that its thread then holds, if any. */
  readonly lock: string | undefined;
  readonly deeds: readonly Deed[];
}

export interface Observation<S> {
  readonly replay: Replay<S>;
  readonly steps: readonly SeenStep[];
  readonly findings: readonly Finding[];
}

export interface ObserveOptions {
  readonly monitors?: readonly Monitor[];
  /** As given to `explore`. */
  readonly maxSteps?: number;
}

/**
 * Runs `litmus` once, as `schedule` says, and listens.
 * @throws RangeError when `schedule` is no schedule
 */
export function observe<S extends LitmusState>(
  litmus: Litmus<S>,
  schedule: string,
  { monitors = [], ...options }: ObserveOptions = {},
): Observation<S> {
  const observer = new Observer(litmus, monitors);
  const done = replay(observer.program, schedule, options);
  attachSink(done.state.sync, null);
  observer.closeLastStep(done.state);
  return {
    replay: done,
    steps: observer.steps,
    findings: monitors.flatMap((monitor) => monitor.findings()),
  };
}

class Observer<S extends LitmusState> {
  readonly steps: SeenStep[] = [];
  readonly program: Program<S>;
  private readonly litmus: Litmus<S>;
  private readonly monitors: readonly Monitor[];
  private readonly stacks: readonly CallStack[];
  /** What each thread has done since its last step was told. */
  private readonly deeds: Deed[][];
  private thread = 0;

  constructor(litmus: Litmus<S>, monitors: readonly Monitor[]) {
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
        this.closeStep(state, thread, { kind: point.kind, label: point.label });
        return litmus.invariant?.(state, thread, point);
      },
      outcome: (state, results) => {
        attachSink(state.sync, null); // what comes now is no thread's
        return litmus.outcome?.(state, results) ?? "done";
      },
    };
  }

  /** A step that threw, or that broke off, is told as far as it got. */
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
    const lockClass = event.kind === "lock" ? (held.at(-1)?.lockClass ?? null) : null;
    this.deeds[thread].push({ event, fn, lockClass });
    for (const monitor of this.monitors) monitor.see(event, { thread, name, fn, held });
  }

  private closeStep({ selves }: S, thread: number, point: SeenPoint | null): void {
    const { held } = selves[thread];
    const fn = this.stacks[thread].innermost;
    this.steps.push({ thread, point, fn, lock: held.at(-1)?.name, deeds: this.deeds[thread] });
    this.deeds[thread] = [];
    if (point === null) return;
    for (const monitor of this.monitors) monitor.passStep?.(point, thread);
  }
}
