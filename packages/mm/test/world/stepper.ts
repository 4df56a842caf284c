/** Kernel threads that a test steps by hand: to where one is, while another one runs. */
import { createThread, type KernelThread, type SchedulePoint, type Thread } from "@forkpath/sync";
import type { MmEnv } from "../../src/index.ts";

export interface Stepper<T> {
  /** Runs until the thread is about to take its `nth` step with this label, counting from now. */
  until(label: string, nth?: number): void;
  /** Runs to the end; throws when the thread has to wait. */
  finish(): T;
  /** Label of what the thread waits for. */
  waitsFor(): string;
}

/** Makes the machine an interleaved one, and what `start` returns then a thread on it. */
export function stepper<T>(env: MmEnv, name: string, start: () => KernelThread<T>): Stepper<T> {
  env.sync.interleaved = true;
  const body = start();
  const thread: Thread = createThread(name.charCodeAt(0), name);
  const step = (): IteratorResult<SchedulePoint, T> => {
    const before = env.sync.current;
    env.sync.current = thread;
    const result = body.next();
    env.sync.current = before;
    return result;
  };
  return {
    until(label: string, nth = 1): void {
      let left = nth;
      for (let at = step(); !at.done; at = step()) {
        if (at.value.label === label && --left === 0) return;
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
