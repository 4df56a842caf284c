/** How schedules ended, as the worker says it in the end, and the page while it goes on. */
import type { Exploration } from "@forkpath/interleave";
import type { Ending } from "../worker/protocol.ts";

type Ends = Pick<Exploration, "outcomes" | "failures">;

/** Schedules that fail. */
export const failingOf = (parts: readonly Ends[]): number =>
  parts.flatMap(({ failures }) => failures).reduce((sum, { count }) => sum + count, 0);

/** Sorted by text; what stopped a schedule before its end is called by the failure. */
export function endingsOf(parts: readonly Ends[]): Ending[] {
  const endings = new Map<string, Ending>();
  const add = (ending: Ending): void => {
    const key = JSON.stringify([ending.text, ending.failure]);
    const known = endings.get(key);
    const count = ending.count + (known?.count ?? 0);
    endings.set(key, { ...(known ?? ending), count });
  };
  for (const { outcomes, failures } of parts) {
    for (const { outcome, count, schedule, failure } of outcomes) {
      add({ text: outcome, count, schedule, failure: failure?.message ?? null });
    }
    for (const { kind, message, count, schedule } of failures) {
      const ended = outcomes
        .filter(({ failure }) => failure?.kind === kind && failure.message === message)
        .reduce((sum, outcome) => sum + outcome.count, 0);
      if (ended === count) continue;
      add({ text: `${kind}: ${message}`, count: count - ended, schedule, failure: message });
    }
  }
  return [...endings.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}
