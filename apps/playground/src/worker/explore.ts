/** Every schedule of a race, and one of them row by row. */
import {
  kernelDependence,
  kernelForced,
  type Litmus,
  observe,
  patrol,
  plainestFailure,
  replayOf,
  rowText,
  type ScenarioState,
  type SeenStep,
  scenarioLitmus,
} from "@forkpath/explore";
import { bounded, dpor, Explorer, exploreProgram, shrink } from "@forkpath/interleave";
import { type WitnessRow, witnessRows } from "@forkpath/picture";
import { parseScenario } from "@forkpath/scenario";
import type { Encoder } from "../chunks/encode.ts";
import { digestOf } from "./digest.ts";
import type {
  Ending,
  Explored,
  MachineState,
  Plainest,
  RaceRow,
  RaceSource,
  Replayed,
} from "./protocol.ts";

const MOST_SCHEDULES = 100_000;
const SHRINK_RUNS = 2000;
const TELL_EVERY = 120; // ms

function litmusOf(source: RaceSource): Litmus<ScenarioState> {
  const { name, text, cured, everywhere, kernel } = source;
  const scenario = parseScenario(text, `${name}.yaml`);
  const on = kernel === null ? {} : { kernel };
  return scenarioLitmus(name, scenario, { cured, everywhere, ...on });
}

/** @param tell hears how far it is, a few times a second */
export function exploreAll(source: RaceSource, tell: (so: Explored) => void): Explored {
  const began = performance.now();
  const litmus = litmusOf(source);
  const endings = new Map<string, Ending>();
  let failing = 0;
  const explorer = new Explorer(
    litmus,
    dpor({ dependent: kernelDependence, forced: kernelForced }),
    {
      max: MOST_SCHEDULES,
      onRun(run) {
        const { outcome, failure } = run;
        if (failure !== undefined) failing++;
        const text = outcome ?? `${failure?.kind}: ${failure?.message}`;
        const known = endings.get(text);
        const failed = failure === undefined ? null : failure.message;
        endings.set(
          text,
          known === undefined
            ? { text, count: 1, schedule: run.schedule(), failure: failed }
            : { ...known, count: known.count + 1 },
        );
      },
    },
  );
  const findings = patrol(litmus).map(({ monitor, message }) => `${monitor}: ${message}`);
  const soFar = (isDone: boolean, plainest: Plainest | null): Explored => {
    const { schedules, complete, guarantee } = explorer.result();
    return {
      isDone,
      schedules,
      failing,
      isComplete: complete,
      guarantee,
      endings: [...endings.values()].sort((a, b) => (a.text < b.text ? -1 : 1)),
      findings,
      plainest,
      ms: performance.now() - began,
    };
  };
  for (let told = began; explorer.advance(); ) {
    const now = performance.now();
    if (now - told < TELL_EVERY) continue;
    told = now;
    tell(soFar(false, null));
  }
  return soFar(true, plainestOf(litmus, explorer));
}

function plainestOf(
  litmus: Litmus<ScenarioState>,
  explorer: Explorer<ScenarioState>,
): Plainest | null {
  const failure = plainestFailure(litmus, explorer.result().failures);
  if (failure === undefined) return null;
  const { schedule, preemptions } = shrink(litmus, failure.schedule, { max: SHRINK_RUNS });
  const { steps } = observe(litmus, schedule);
  const replay = replayOf(litmus, schedule);
  return { message: failure.message, replay, schedule, preemptions, steps: steps.length };
}

/** The first in which no thread is interrupted. */
function plainSchedule(litmus: Litmus<ScenarioState>): string {
  let first = "";
  exploreProgram(litmus, bounded(0), {
    max: 1,
    onRun(run) {
      first = run.schedule();
    },
  });
  return first;
}

/**
 * @param asked a schedule; "" for one without interruptions
 * @throws RangeError when it is no schedule
 */
export async function replayOne(source: RaceSource, asked: string): Promise<Replayed> {
  const litmus = litmusOf(source);
  const schedule = asked === "" ? plainSchedule(litmus) : asked;
  const scenario = parseScenario(source.text, `${source.name}.yaml`);
  const { steps, replay } = observe(litmus, schedule);
  const rows = witnessRows(steps);
  const counters = countersOf(rows);
  return {
    replay: replayOf(litmus, schedule),
    schedule,
    name: litmus.name,
    title: litmus.title,
    about: scenario.about,
    threads: litmus.threadNames,
    rows: raceRows(rows, steps, counters, litmus.threadNames.length),
    counters,
    steps: steps.length,
    outcome: replay.outcome ?? null,
    failure: replay.failure === undefined ? null : replay.failure.message,
    divergence: replay.divergence?.reason ?? null,
    digest: await digestOf(source.text),
    canCure: scenario.cure !== null,
  };
}

/** The machine behind step `step` of a schedule, counted from 1; 0 is before the first. */
export function lookAt(
  source: RaceSource,
  schedule: string,
  step: number,
  encoder: Encoder,
): MachineState {
  const litmus = litmusOf(source);
  let state: MachineState | null = null;
  const look = ({ stage }: ScenarioState): void => {
    state = encoder.encode(stage.kernel, stage.names());
  };
  const watched: Litmus<ScenarioState> = {
    ...litmus,
    setup() {
      const fresh = litmus.setup();
      if (step === 0) look(fresh);
      return fresh;
    },
  };
  observe(watched, schedule, { onStep: (at, number) => (number === step ? look(at) : undefined) });
  if (state === null) throw new RangeError(`look: the schedule has no step ${step}`);
  return state;
}

const cellOf = (row: WitnessRow): string | null =>
  row.sort === "event" && row.isShared && "cell" in row.event
    ? `${row.event.owner}.${row.event.field}`
    : null;

const countersOf = (rows: readonly WitnessRow[]): string[] => [
  ...new Set(rows.flatMap((row) => cellOf(row) ?? [])),
];

const STORES: ReadonlySet<string> = new Set(["store", "atomic"]);

function raceRows(
  rows: readonly WitnessRow[],
  steps: readonly SeenStep[],
  counters: readonly string[],
  threads: number,
): RaceRow[] {
  const values = counters.map(() => Number.NaN);
  const held = Array.from({ length: threads }, () => "");
  let last = -1;
  return rows.map((row, index) => {
    const cell = cellOf(row);
    if (cell !== null && row.sort === "event" && "value" in row.event) {
      values[counters.indexOf(cell)] = Number(BigInt.asIntN(64, row.event.value));
    }
    held[row.thread] = row.held.map(({ owner, field }) => `${owner}.${field}`).join(", ");
    const until =
      index + 1 < rows.length ? Math.max(row.step, rows[index + 1].step - 1) : steps.length - 1;
    const fn = "fn" in row ? row.fn : "";
    const isPreemption = row.isPreemption && row.step !== last;
    last = row.step;
    return {
      step: row.step,
      until,
      thread: row.thread,
      sort: row.sort,
      fn,
      text: rowText(row),
      isStore: row.sort === "event" && STORES.has(row.event.kind),
      isPreemption,
      values: [...values],
      held: [...held],
    };
  });
}
