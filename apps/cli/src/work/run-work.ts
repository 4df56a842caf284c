/**
 * Long work in slices: in between, the terminal shows how far it is, and Ctrl-C is heard.
 *
 * Work is a generator that yields how much is done, and takes whether to stop. One that is
 * told to stop returns what it has: what was found so far is worth something.
 */
import { setImmediate } from "node:timers/promises";
import type { Terminal } from "../terminal.ts";
import { type Measure, type Progress, progressText } from "./progress-text.ts";

export type Work<T> = Generator<Progress, T, boolean>;

export interface Worked<T> {
  readonly value: T;
  /** Whether Ctrl-C ended it. */
  readonly isInterrupted: boolean;
}

/** Milliseconds: short enough for Ctrl-C to feel immediate. */
const SLICE = 50;

/** Runs `work` to its end, or until Ctrl-C. */
export async function runWork<T>(
  work: Work<T>,
  measure: Measure,
  terminal: Terminal,
): Promise<Worked<T>> {
  const started = performance.now();
  let sliceBegan = started;
  let isInterrupted = false;
  const stopListening = terminal.onInterrupt(() => {
    isInterrupted = true;
  });
  try {
    let step = work.next(false);
    while (!step.done) {
      const now = performance.now();
      if (now - sliceBegan > SLICE) {
        sliceBegan = now;
        terminal.status?.draw(progressText(step.value, (now - started) / 1000, measure));
        await setImmediate();
      }
      step = work.next(isInterrupted);
    }
    return { value: step.value, isInterrupted };
  } finally {
    stopListening();
    terminal.status?.clear();
  }
}
