/** A schedule to begin from. */
import { bounded, exploreProgram } from "@forkpath/interleave";
import type { Litmus, LitmusState } from "../litmus.ts";

/** The first schedule in which no thread is interrupted: each goes as far as it can. */
export function plainSchedule<S extends LitmusState>(litmus: Litmus<S>): string {
  let first = "";
  exploreProgram(litmus, bounded(0), {
    max: 1,
    onRun: (run) => {
      first = run.schedule();
    },
  });
  return first;
}
