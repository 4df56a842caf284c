/** What random histories came to, for people. */
import type { FuzzReport } from "@forkpath/fuzz";
import type { Colors } from "../terminal.ts";

/** The seeds of all histories, and how they ended. */
export function fuzzSummary(seed: number, report: FuzzReport, colors: Colors): string {
  const { histories, steps, failure } = report;
  const seeds = histories === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + histories - 1}`;
  const made = `${steps} steps in ${histories} ${histories === 1 ? "history" : "histories"}, ${seeds}`;
  return failure === null
    ? colors.green(`${made}: every recount clean`)
    : colors.red(`${made}: the last one fails at step ${failure.atStep}`);
}
