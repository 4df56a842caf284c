/**
 * Kernel threads taken step by step: by hand, to where one is while another runs; or in an order
 * that a property test makes up.
 */
import {
  createThread,
  type KernelThread,
  type SchedulePoint,
  type Sync,
  type Thread,
} from "@forkpath/sync";

/** A machine, of whatever level. */
interface Steppable {
  readonly sync: Sync;
}

export interface Stepper<T> {
  /**
   * Runs until the thread is about to take its `nth` step with this label, or this first word of
   * one, counting from now; throws when it has to wait before.
   */
  until(label: string, nth?: number): void;
  /** Runs to the end; throws when the thread has to wait. */
  finish(): T;
  /** Label of what the thread waits for. */
  waitsFor(): string;
}

/** Makes the machine an interleaved one, and what `start` returns then a thread on it. */
export function stepper<T>(
  { sync }: Steppable,
  name: string,
  start: () => KernelThread<T>,
): Stepper<T> {
  sync.interleaved = true;
  const body = start();
  const thread: Thread = createThread(name.charCodeAt(0), name);
  const step = (): IteratorResult<SchedulePoint, T> => {
    const before = sync.current;
    sync.current = thread;
    const result = body.next();
    sync.current = before;
    return result;
  };
  return {
    until(label: string, nth = 1): void {
      let left = nth;
      for (let at = step(); !at.done; at = step()) {
        const { label: got } = at.value;
        if ((got === label || got.split(" ")[0] === label) && --left === 0) return;
        if (!at.value.ready()) throw new Error(`${name} waits for ${got}, not for ${label}`);
      }
      throw new Error(`${name} ended before ${label}`);
    },
    finish(): T {
      for (;;) {
        const at = step();
        if (at.done) return at.value;
        if (!at.value.ready()) throw new Error(`${name} waits for ${at.value.label}`);
      }
    },
    waitsFor(): string {
      for (let at = step(); !at.done; at = step()) if (!at.value.ready()) return at.value.label;
      throw new Error(`${name} did not have to wait`);
    },
  };
}

interface Running<T> {
  readonly thread: Thread;
  readonly body: KernelThread<T>;
  at: SchedulePoint | null;
}

/** Lets `choices` decide who takes each step; throws when nobody can. */
export function runInterleaved<T>(
  { sync }: Steppable,
  bodies: readonly KernelThread<T>[],
  choices: Iterator<number>,
): T[] {
  sync.interleaved = true;
  const codes: T[] = [];
  let alive: Running<T>[] = bodies.map((one, index) => ({
    thread: createThread(index + 1, `T${index}`),
    body: one,
    at: null,
  }));
  while (alive.length > 0) {
    const ready = alive.filter(({ at: point }) => point === null || point.ready());
    if (ready.length === 0) throw new Error(`deadlock: ${alive.map((one) => one.at?.label)}`);
    const chosen = ready[(choices.next().value ?? 0) % ready.length];
    sync.current = chosen.thread;
    const step = chosen.body.next();
    if (step.done) codes.push(step.value);
    else chosen.at = step.value;
    if (step.done) alive = alive.filter((one) => one !== chosen);
  }
  sync.interleaved = false;
  sync.current = createThread(0, "cpu0");
  return codes;
}
