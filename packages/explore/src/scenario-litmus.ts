/**
 * A scenario with threads as a litmus: a whole machine, and calls that run on it at once.
 *
 * The machine is booted once, and taken back to where the threads begin for each schedule: the
 * state of a run is good until the next one. What must hold in the end is what the scenario
 * expects, and that a recount finds nothing: one that shows a defect says so by failing.
 */
import { type ExpectationResult, onKernel, type Scenario, type Stage } from "@forkpath/scenario";
import { expectSwitchPoints, repeatStage, stageThreads } from "@forkpath/scenario/internal";
import type { Sync, Thread } from "@forkpath/sync";
import { Driver } from "./driver.ts";
import type { Litmus, LitmusState, LitmusThread } from "./litmus.ts";

/** One run of the scenario's threads. */
export interface ScenarioState extends LitmusState {
  /** The machine and the threads on it. */
  readonly stage: Stage;
  /** What came of it; known once all threads have returned. */
  results: readonly ExpectationResult[];
}

/** How the scenario is run. */
export interface ScenarioLitmusOptions {
  /** Run it on the machine that has the defect mended. */
  readonly cured?: boolean;
  /** Run it on a machine of this release, whatever it says itself. */
  readonly kernel?: NonNullable<Scenario["machine"]["kernel"]>;
  /** Let threads take turns everywhere, and not only where the scenario wants them. */
  readonly everywhere?: boolean;
  /** Boot a machine for each schedule, for a caller that keeps it or changes it. */
  readonly ownMachine?: boolean;
  /**
   * `Function`, where the host lets text become code: the machine goes back to where the threads
   * begin several times as quickly then. A page may forbid it, so by default nothing is compiled.
   */
  readonly compile?: (...parametersAndBody: string[]) => unknown;
  /**
   * As `Program.identity`: sixteen hex digits of a digest of the scenario's text and of the above.
   */
  readonly identity?: string;
}

/** Comes behind the name of a litmus that is run on the mended machine. */
export const CURED = "+cured";
/** Comes last, behind the name of a litmus whose threads take turns everywhere. */
export const EVERYWHERE = "+everywhere";

/**
 * The threads of a scenario as a litmus, under the name `name`.
 * @throws RangeError for a scenario without threads, or without a cure where one is asked for
 * @throws ScenarioError when its threads touch nothing of a name in `switchAt`
 * @example
 * ```ts
 * import { scenarioLitmus } from "@forkpath/explore";
 * import { parseScenario } from "@forkpath/scenario";
 * const text = `
 * processes: { P: { mappings: { heap: { size: 4 pages } } } }
 * steps: [{ clone: P, as: T }]
 * threads: { one: { write: P heap 0 }, two: { write: T heap 1 } }
 * `;
 * console.log(scenarioLitmus("faults", parseScenario(text)).threadNames.join(" ")); // one two
 * ```
 */
export function scenarioLitmus(
  name: string,
  written: Scenario,
  {
    cured = false,
    everywhere = false,
    ownMachine = false,
    compile,
    kernel,
    identity,
  }: ScenarioLitmusOptions = {},
): Litmus<ScenarioState> {
  const scenario = kernel === undefined ? written : onKernel(written, kernel);
  const { title, threads, neverFalls } = scenario;
  const switchAt = everywhere ? [] : scenario.switchAt.map((point) => point.name);
  if (threads.size === 0) throw new RangeError(`${name}: wanted a scenario with threads, got none`);
  if (cured && scenario.cure === null) throw new RangeError(`${name}: wanted a cure, got none`);
  if (!everywhere) expectSwitchPoints(written);
  let reopen: (() => Stage) | undefined;
  const stage = (): Stage => {
    if (ownMachine) return stageThreads(scenario, { cured });
    reopen ??= repeatStage(scenario, { cured }, compile);
    return reopen();
  };
  const endingOf = endingTexts();
  return {
    name: `${name}${kernel === undefined ? "" : `+${kernel}`}${cured ? CURED : ""}${everywhere ? EVERYWHERE : ""}`,
    ...(identity === undefined ? {} : { identity }),
    title,
    threadNames: [...threads.keys()],
    switchAt,
    setup: () => new StageState(stage()),
    threads: ({ stage }) => threadsOf(stage, switchAt, neverFalls.length > 0),
    // Elsewhere a step goes over points of its own; and where locks are asked about, has more.
    ...(switchAt.length === 0 && scenario.machine.preempt !== true
      ? { passing: ({ sync }: ScenarioState) => sync.passing }
      : {}),
    onSwitch({ sync, stage }, thread) {
      sync.current = stage.threads[thread].self;
    },
    ...(neverFalls.length === 0 ? {} : { invariant: ({ stage }) => stage.findFall() }),
    outcome(state) {
      state.results = state.stage.finish();
      return endingOf(state.results);
    },
    final({ results }) {
      if (results.every(({ isMet }) => isMet)) return undefined;
      const unmet = results.filter(({ isMet }) => !isMet);
      return unmet.map(describeUnmet).join("; ");
    },
  };
}

type Results = readonly ExpectationResult[];

/** What a schedule came to. Few come to anything else than the one before: a text serves again. */
function endingTexts(): (results: Results) => string {
  let last: Results = [];
  let ending = "done";
  return (results) => {
    if (!isSame(results, last)) {
      last = results;
      ending = results.map(({ text, got }) => `${text}: ${got}`).join("; ") || "done";
    }
    return ending;
  };
}

function isSame(results: Results, others: Results): boolean {
  if (results.length !== others.length) return false;
  for (let at = 0; at < results.length; at++) {
    const { text, got } = others[at];
    if (results[at].text !== text || results[at].got !== got) return false;
  }
  return true;
}

const describeUnmet = ({ text, wanted, got }: ExpectationResult): string =>
  `${text}: wanted ${wanted}, got ${got}`;

/** A class: V8 makes a type of its own for each object literal with a getter, and keeps it long. */
class StageState implements ScenarioState {
  readonly sync: Sync;
  readonly stage: Stage;
  results: readonly ExpectationResult[] = [];

  constructor(stage: Stage) {
    this.sync = stage.kernel.machine.mm.sync;
    this.stage = stage;
  }

  get selves(): readonly Thread[] {
    return this.stage.threads.map(({ self }) => self);
  }
}

function threadsOf(
  { kernel, threads }: Stage,
  switchAt: readonly string[],
  isWatched: boolean,
): LitmusThread[] {
  const { config, mm } = kernel.machine;
  const driver = new Driver(mm.sync, switchAt, isWatched);
  if (config.preempt) mm.sync.spinNeedbreak = (lock) => driver.isWanted(lock);
  return threads.map((thread, index) => ({
    name: thread.name,
    run: driver.drive(index, thread),
  }));
}
