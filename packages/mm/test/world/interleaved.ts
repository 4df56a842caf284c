/** Kernel threads that run step by step, in an order that a property test makes up. */
import { createThread, type KernelThread, type SchedulePoint, type Thread } from "@forkpath/sync";
import type { MmEnv } from "../../src/index.ts";

interface Running {
  readonly thread: Thread;
  readonly body: KernelThread<number>;
  at: SchedulePoint | null;
}

/** Lets `choices` decide who takes each step; throws when nobody can. */
export function runInterleaved(
  env: MmEnv,
  bodies: KernelThread<number>[],
  choices: Iterator<number>,
): number[] {
  env.sync.interleaved = true;
  const codes: number[] = [];
  let alive: Running[] = bodies.map((one, index) => ({
    thread: createThread(index + 1, `T${index}`),
    body: one,
    at: null,
  }));
  while (alive.length > 0) {
    const ready = alive.filter(({ at: point }) => point === null || point.ready());
    if (ready.length === 0) throw new Error(`deadlock: ${alive.map((one) => one.at?.label)}`);
    const chosen = ready[(choices.next().value ?? 0) % ready.length];
    env.sync.current = chosen.thread;
    const step = chosen.body.next();
    if (step.done) codes.push(step.value);
    else chosen.at = step.value;
    if (step.done) alive = alive.filter((one) => one !== chosen);
  }
  env.sync.interleaved = false;
  env.sync.current = createThread(0, "cpu0");
  return codes;
}
