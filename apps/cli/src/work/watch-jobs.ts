/**
 * Work in several threads, watched from the main one: shared memory tells how far each is, and
 * tells them all to stop.
 *
 *     [ stop | done by worker 0 | done by worker 1 | ... ]
 */
import type { Terminal } from "../terminal.ts";
import { doneOf, type Measure, progressText } from "./progress-text.ts";
import type { Work, Worked } from "./run-work.ts";

export type Watch = Int32Array<SharedArrayBuffer>;

const STOP = 0;
const FIRST_WORKER = 1;
/** Milliseconds between two looks. */
const LOOK_EVERY = 100;

/** Runs `start` in the main thread, and shows how far its workers are until it is done. */
export async function watchJobs<T>(
  workers: number,
  measure: Measure,
  terminal: Terminal,
  start: (watch: Watch) => Promise<T>,
): Promise<Worked<T>> {
  const bytes = (FIRST_WORKER + workers) * Int32Array.BYTES_PER_ELEMENT;
  const watch = new Int32Array(new SharedArrayBuffer(bytes));
  const started = performance.now();
  const look = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    terminal.status?.draw(progressText(doneBy(watch), seconds, measure));
  }, LOOK_EVERY);
  const stopListening = terminal.onInterrupt(() => Atomics.store(watch, STOP, 1));
  try {
    const value = await start(watch);
    return { value, isInterrupted: isStopped(watch) };
  } finally {
    clearInterval(look);
    stopListening();
    terminal.status?.clear();
  }
}

/** In a worker: runs `work` to its end, or until it is told to stop. */
export function runWatched<T>(work: Work<T>, watch: Watch, worker: number): T {
  let step = work.next(false);
  while (!step.done) {
    Atomics.store(watch, FIRST_WORKER + worker, doneOf(step.value));
    step = work.next(isStopped(watch));
  }
  return step.value;
}

const isStopped = (watch: Watch): boolean => Atomics.load(watch, STOP) !== 0;

const doneBy = (watch: Watch): number =>
  watch.subarray(FIRST_WORKER).reduce((sum, done) => sum + done, 0);
