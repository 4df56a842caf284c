/** Every schedule of a race, and one of them row by row. */
import {
  counterLitmuses,
  isAlwaysAlike,
  kernelApart,
  kernelDependence,
  kernelForced,
  type Litmus,
  type LitmusState,
  observe,
  patrol,
  plainestFailure,
  plainSchedule,
  replayOf,
  rowText,
  type ScenarioState,
  type SeenStep,
  scenarioLitmus,
} from "@forkpath/explore";
import {
  dpor,
  type Exploration,
  Explorer,
  joinShares,
  shrink,
  type WorkerShare,
} from "@forkpath/interleave";
import { type WitnessRow, witnessRows } from "@forkpath/picture";
import { parseScenario, type Scenario } from "@forkpath/scenario";
import type { Encoder } from "../chunks/encode.ts";
import { endingsOf, failingOf } from "../race/endings-of.ts";
import { digestOf } from "./digest.ts";
import type {
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

const EXTENSION = ".yaml";
const scenarioOf = (name: string, text: string): Scenario =>
  parseScenario(text, name.endsWith(EXTENSION) ? name : name + EXTENSION);

/** @throws RangeError for bare counters: they have no machine to look at */
function scenarioLitmusOf(
  { name, text, cured, everywhere, kernel }: RaceSource,
  scenario?: Scenario,
): Litmus<ScenarioState> {
  if (text === null) throw new RangeError(`${name} has counters only`);
  const on = kernel === null ? {} : { kernel };
  return scenarioLitmus(name, scenario ?? scenarioOf(name, text), { cured, everywhere, ...on });
}

function litmusOf(source: RaceSource, scenario?: Scenario): Litmus<LitmusState> {
  const { name, text } = source;
  const bare = text === null ? counterLitmuses().find((one) => one.name === name) : undefined;
  return (bare ?? scenarioLitmusOf(source, scenario)) as Litmus<LitmusState>;
}

/** Choices of a prefix of schedules that one worker takes as a whole. */
const PREFIX = 8;

/**
 * What worker `worker` of `workers` finds: each walks all prefixes of schedules, and goes on behind
 * its own. Together they find the same, however many they are.
 * @param tell hears how far it is, a few times a second
 */
export function exploreShare(
  source: RaceSource,
  worker: number,
  workers: number,
  tell: (soFar: WorkerShare) => void,
): WorkerShare {
  const explorer = new Explorer(
    litmusOf(source),
    dpor({ dependent: kernelDependence, forced: kernelForced, apart: kernelApart }),
    {
      max: Math.ceil(MOST_SCHEDULES / workers),
      shard: { index: 0, count: 1, depth: PREFIX },
      // Nothing is shared between workers of a page: they take turns.
      claims: { taken: new Int32Array(0), worker, workers },
    },
  );
  for (let told = performance.now(); explorer.advance(); ) {
    const now = performance.now();
    if (now - told < TELL_EVERY) continue;
    told = now;
    tell(explorer.share());
  }
  return explorer.share();
}

/** What the shares of all workers come to. */
export function conclude(source: RaceSource, shares: readonly WorkerShare[]): Explored {
  const litmus = litmusOf(source);
  const found = joinShares(shares);
  const { schedules, complete, guarantee } = found;
  return {
    isDone: true,
    schedules,
    failing: failingOf([found]),
    isAlwaysAlike: isAlwaysAlike(found),
    isComplete: complete,
    guarantee,
    switchAt: litmus.switchAt,
    endings: endingsOf([found]),
    findings: patrol(litmus).map(({ monitor, message }) => `${monitor}: ${message}`),
    plainest: plainestOf(litmus, found),
  };
}

function plainestOf(litmus: Litmus<LitmusState>, { failures }: Exploration): Plainest | null {
  const failure = plainestFailure(litmus, failures);
  if (failure === undefined) return null;
  const { schedule, preemptions } = shrink(litmus, failure.schedule, { max: SHRINK_RUNS });
  const { steps } = observe(litmus, schedule);
  const replay = replayOf(litmus, schedule);
  return { message: failure.message, replay, schedule, preemptions, steps: steps.length };
}

/**
 * @param asked a schedule; "" for one without interruptions
 * @throws RangeError when it is no schedule
 */
export async function replayOne(source: RaceSource, asked: string): Promise<Replayed> {
  const { name, text } = source;
  const scenario = text === null ? undefined : scenarioOf(name, text);
  const litmus = litmusOf(source, scenario);
  const schedule = asked === "" ? plainSchedule(litmus) : asked;
  const { steps, replay } = observe(litmus, schedule);
  const rows = witnessRows(steps);
  const counters = countersOf(rows);
  return {
    replay: replayOf(litmus, schedule),
    schedule,
    name: litmus.name,
    title: litmus.title,
    about: scenario?.about ?? "",
    threads: litmus.threadNames,
    rows: raceRows(rows, steps, counters, litmus.threadNames.length),
    counters,
    steps: steps.length,
    outcome: replay.outcome ?? null,
    failure: replay.failure === undefined ? null : replay.failure.message,
    divergence: replay.divergence?.reason ?? null,
    digest: text === null ? null : await digestOf(text),
    canCure: scenario?.cure != null,
    kernel: scenario === undefined ? null : (source.kernel ?? scenario.machine.kernel ?? "el6"),
  };
}

/** The machine behind step `step` of a schedule, counted from 1; 0 is before the first. */
export function lookAt(
  source: RaceSource,
  schedule: string,
  step: number,
  encoder: Encoder,
): MachineState {
  const litmus = scenarioLitmusOf(source);
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

const stepText = ({ fn, point }: SeenStep): string => `${fn} ${point?.label ?? ""}`.trim();

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
      folded: row.sort === "fold" ? steps.slice(row.step, until + 1).map(stepText) : [],
    };
  });
}
