/** Tasks that a test steps by hand: to where one is, while another one runs. */
import { createThread, type KernelThread, type SchedulePoint } from "@forkpath/sync";
import type { ForkEnv } from "../src/index.ts";

export interface Stepper<T> {
  /** Runs until the thread is about to take a step with this label. */
  until(label: string): void;
  /** Runs to the end; throws when the thread has to wait. */
  finish(): T;
  /** Runs until the thread has to wait. @returns the label of what it waits for */
  waits(): string;
}

/** Makes the machine an interleaved one, and `body` a thread on it. */
export function stepper<T>(fe: ForkEnv, name: string, body: KernelThread<T>): Stepper<T> {
  const { sync } = fe;
  sync.interleaved = true;
  const thread = createThread(name.charCodeAt(0), name);
  const step = (): IteratorResult<SchedulePoint, T> => {
    const before = sync.current;
    sync.current = thread;
    const result = body.next();
    sync.current = before;
    return result;
  };
  return {
    until(label: string): void {
      for (let at = step(); !at.done; at = step()) if (at.value.label === label) return;
      throw new Error(`${name} ended before ${label}`);
    },
    finish(): T {
      for (;;) {
        const at = step();
        if (at.done) return at.value;
        if (!at.value.ready()) throw new Error(`${name} waits for ${at.value.label}`);
      }
    },
    waits(): string {
      for (let at = step(); !at.done; at = step()) if (!at.value.ready()) return at.value.label;
      throw new Error(`${name} did not have to wait`);
    },
  };
}
