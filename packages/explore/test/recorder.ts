/** Runs of a litmus with every event written down: what two runs are compared by. */

import { ALL_EVENTS, attachSink } from "@forkpath/events";
import { exploreProgram, type Program, replay, type Strategy } from "@forkpath/interleave";
import { formatEvent } from "@forkpath/trace";
import type { Litmus, LitmusState } from "../src/index.ts";

export interface Recording {
  readonly schedule: string;
  /** Each event with its thread, in order. */
  readonly events: readonly string[];
  readonly outcome: string | undefined;
}

/** Explores `litmus`, and records each run. */
export function recordAll<S extends LitmusState>(
  litmus: Litmus<S>,
  strategy: Strategy,
  max: number,
): Recording[] {
  const { program, events } = listening(litmus);
  const recordings: Recording[] = [];
  exploreProgram(program, strategy, {
    max,
    onRun: (run) => {
      const { outcome } = run;
      recordings.push({ schedule: run.schedule(), events: [...events], outcome });
    },
  });
  return recordings;
}

/** Records one schedule. */
export function recordOne<S extends LitmusState>(litmus: Litmus<S>, schedule: string): Recording {
  const { program, events } = listening(litmus);
  const { outcome, divergence } = replay(program, schedule);
  if (divergence !== undefined) throw new Error(`${schedule} diverges: ${divergence.reason}`);
  return { schedule, events, outcome };
}

/** The litmus with a listener; `events` are those of the last run. */
function listening<S extends LitmusState>(
  litmus: Litmus<S>,
): { program: Program<S>; events: string[] } {
  const events: string[] = [];
  const program: Program<S> = {
    ...litmus,
    setup() {
      const state = litmus.setup();
      events.length = 0;
      attachSink(state.sync, {
        wants: ALL_EVENTS,
        emit: (event) => events.push(`${state.sync.current.name} ${formatEvent(event)}`),
      });
      return state;
    },
  };
  return { program, events };
}
