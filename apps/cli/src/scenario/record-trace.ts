/** The kernel's events in the steps of a scenario, with the names of who was there. */
import { runScenario, type Scenario } from "@forkpath/scenario";
import { createTraceRing, events, type TraceRecord } from "@forkpath/trace";

export interface TraceChoice {
  /** Which `EventClass`es, or-ed together. */
  readonly classes: number;
  /** How many events are kept: the last ones. */
  readonly last: number;
}

export interface ScenarioTrace {
  readonly records: readonly TraceRecord[];
  /** How many events are left out before the first. */
  readonly dropped: number;
  /** By pid: `worker1 (102)`. */
  readonly names: Readonly<Record<number, string>>;
  /** Whether the scenario came to what it expects. */
  readonly isOk: boolean;
}

export function recordTrace(scenario: Scenario, { classes, last }: TraceChoice): ScenarioTrace {
  const ring = createTraceRing({ capacity: last, wants: classes });
  const { isOk, pids } = runScenario(scenario, { sink: ring });
  const names = Object.fromEntries([...pids].map(([name, pid]) => [pid, `${name} (${pid})`]));
  return { records: events(ring), dropped: ring.dropped, names, isOk };
}
