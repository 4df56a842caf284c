/**
 * A litmus whose every step tells what it read and wrote of the machine's state.
 *
 * Frames and tables that were given back are not given out again, and the pool of tables does not
 * grow: which thread gets which of them, or makes it grow, would make two steps conflict that have
 * nothing to do with each other.
 */
import { NO_PFN } from "@forkpath/rmap";
import type { KernelThread, SchedulePoint, Steps } from "@forkpath/sync";
import type { Litmus, LitmusThread, ScenarioState } from "../../src/index.ts";
import { type Footprint, noFootprint, Tracker } from "./tracker.ts";

/** Enough for the tables of any run here. */
const CHUNKS = 16;

export interface TrackedStep extends Footprint {
  readonly thread: number;
  /** Null for what a thread does before its first step. */
  readonly point: SchedulePoint | null;
  /** Threads that it let go on, or held up. */
  readonly woke: readonly number[];
}

export interface TrackedLitmus {
  readonly litmus: Litmus<ScenarioState>;
  /** The steps of the run so far; begun anew with each run. */
  readonly steps: TrackedStep[];
}

export function track(whole: Litmus<ScenarioState>): TrackedLitmus {
  const { passing: _, ...litmus } = whole; // each step is looked at
  const steps: TrackedStep[] = [];
  let tracker = new Tracker();
  let pending: (SchedulePoint | null)[] = [];
  return {
    steps,
    litmus: {
      ...litmus,
      setup() {
        const state = litmus.setup();
        stopReuse(state);
        steps.length = 0;
        pending = [];
        tracker = new Tracker();
        tracker.watch(state.stage.kernel, "kernel");
        return state;
      },
      threads: (state) =>
        litmus.threads(state).map(
          ({ name, run }, thread): LitmusThread => ({
            name,
            run: trackedBody(run, thread),
          }),
        ),
      outcome: () => "done",
      final: () => undefined,
    },
  };

  function* trackedBody(body: Steps<unknown>, thread: number): KernelThread<unknown> {
    for (;;) {
      const { done, value } = takeStep(body, thread);
      if (done) return value;
      yield value;
    }
  }

  function takeStep(body: Steps<unknown>, thread: number): IteratorResult<SchedulePoint, unknown> {
    const wasReady = pending.map((point) => point?.ready());
    const footprint = noFootprint();
    const point = pending[thread]?.renew?.() ?? pending[thread] ?? null;
    tracker.into = footprint;
    let result: IteratorResult<SchedulePoint, unknown>;
    try {
      result = body.next();
    } finally {
      tracker.into = null;
    }
    pending[thread] = result.done ? null : result.value;
    const woke = [...pending.keys()].filter(
      (other) => other !== thread && wasReady[other] !== pending[other]?.ready(),
    );
    steps.push({ ...footprint, thread, point, woke });
    return result;
  }
}

function stopReuse({ stage }: ScenarioState): void {
  const { map, tables } = stage.kernel.machine.mm;
  Object.defineProperty(map, "freeHead", { get: () => NO_PFN, set: () => {} });
  Object.defineProperty(tables, "freeRows", { value: { pop: () => undefined, push: () => 0 } });
  for (const chunks of [tables.low, tables.high]) {
    while (chunks.length < CHUNKS) chunks.push(new Uint32Array(chunks[0].length));
    Object.defineProperty(chunks, "push", { value: () => CHUNKS });
  }
}
