/** Random histories: threads that call and return, rightly or wildly. */
import type { KernelEvent } from "@forkpath/events";
import fc from "fast-check";
import { createTraceRing, events, type TraceRecord } from "../src/index.ts";

interface Step {
  readonly thread: number;
  /** 0 to 2: calls that function. 3: returns. 4: takes a lock. */
  readonly choice: number;
  readonly fn: string;
}

const RETURN = 3;
const LOCK = 4;

const steps = fc.array(
  fc.record({
    thread: fc.integer({ min: 0, max: 2 }),
    choice: fc.integer({ min: 0, max: LOCK }),
    fn: fc.constantFrom("do_fork", "dup_mm", "copy_page_range"),
  }),
  { maxLength: 60 },
);

/** Capacities that often drop something. */
const capacities: fc.Arbitrary<number> = fc.integer({ min: 1, max: 80 });

/**
 * Each return is from the innermost call of its thread. The ring may have dropped the beginning.
 */
export const nestedTraces: fc.Arbitrary<TraceRecord[]> = fc
  .tuple(steps, capacities)
  .map(([choices, capacity]) => keep(nest(choices), capacity));

/** Returns from anything at any time. */
export const wildTraces: fc.Arbitrary<TraceRecord[]> = fc
  .tuple(steps, capacities)
  .map(([choices, capacity]) => keep(choices, capacity));

function nest(choices: readonly Step[]): Step[] {
  const stacks: string[][] = [[], [], []];
  return choices.flatMap((step) => {
    const stack = stacks[step.thread];
    if (step.choice < RETURN) stack.push(step.fn);
    if (step.choice !== RETURN) return [step];
    const fn = stack.pop();
    return fn === undefined ? [] : [{ ...step, fn }];
  });
}

function keep(choices: readonly Step[], capacity: number): TraceRecord[] {
  const ring = createTraceRing({ capacity });
  for (const step of choices) ring.emit(eventOf(step), step.thread);
  return events(ring);
}

function eventOf({ choice, fn }: Step): KernelEvent {
  if (choice < RETURN) return { kind: "call", fn, args: {} };
  if (choice === RETURN) return { kind: "return", fn, ret: 0 };
  return { kind: "lock", lock: "dst.pt", owner: "dst", lockClass: "pte_lock", where: fn };
}
