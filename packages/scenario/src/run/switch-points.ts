/**
 * Whether each name in `switchAt` is that of something which the threads touch: one that matches
 * nothing would leave schedules out without a word.
 *
 * Which locks and counters there are, only a run tells: one is made, thread after thread.
 */
import { KernelBug, type Subject } from "@forkpath/sync";
import { isPointNamed, parsePointName } from "../format/point-name.ts";
import { ScenarioError } from "../format/problem.ts";
import { unknownWord } from "../format/suggest.ts";
import type { Scenario } from "../story/scenario.ts";
import type { SwitchPoint } from "../story/threads.ts";
import { CannotRun } from "../world/cannot-run.ts";
import type { WorldOptions } from "./open-world.ts";
import { type Stage, stageThreads } from "./stage.ts";

/** Points that a thread passes before the next gets its turn, and all of them together. */
const POINTS_OF_TURN = 1000;
const MOST_TURNS = 1000;

/**
 * A name must be that of something on the machine, or on the one that has the defect mended.
 * @throws ScenarioError that says where the names stand, and which are near
 */
export function expectSwitchPoints(scenario: Scenario): void {
  const { switchAt, threads, fileName, cure } = scenario;
  if (switchAt.length === 0 || threads.size === 0) return;
  const seen = new Map<string, Subject>();
  const isThere = ({ name }: SwitchPoint): boolean =>
    [...seen.values()].some((subject) => isPointNamed(subject, parsePointName(name)));
  const isEnough = (): boolean => switchAt.every(isThere);
  if (!touchAll(scenario, {}, seen, isEnough)) return;
  if (cure !== null && !isEnough() && !touchAll(scenario, { cured: true }, seen, isEnough)) return;
  const known = [...new Set([...seen.values()].flatMap(namesOf))].sort();
  const problems = switchAt
    .filter((point) => !isThere(point))
    .map(({ name, at }) => ({ ...at, message: unknownWord("lock or counter", name, known) }));
  if (problems.length > 0) throw new ScenarioError(fileName, problems);
}

/** @returns false when the run ended early, so that what it has not touched says nothing */
function touchAll(
  scenario: Scenario,
  options: WorldOptions,
  seen: Map<string, Subject>,
  isEnough: () => boolean,
): boolean {
  try {
    return takeTurns(stageThreads(scenario, options), seen, isEnough);
  } catch (error) {
    if (error instanceof CannotRun || error instanceof KernelBug) return false;
    throw error;
  }
}

function takeTurns(
  { kernel, threads }: Stage,
  seen: Map<string, Subject>,
  isEnough: () => boolean,
): boolean {
  const { sync } = kernel.machine.mm;
  const live = threads.map((thread) => {
    sync.current = thread.self;
    return { thread, step: thread.path.next() };
  });
  for (let turn = 0; turn < MOST_TURNS && !isEnough(); turn++) {
    const before = live.filter(({ step }) => step.done !== true);
    if (before.length === 0) return true;
    for (const one of before) {
      for (let point = 0; point < POINTS_OF_TURN; point++) {
        if (one.step.done === true || !one.step.value.ready()) break;
        const { of } = one.step.value;
        seen.set(`${of.owner}.${of.field}`, of);
        sync.current = one.thread.self;
        one.step = one.thread.path.next();
      }
    }
  }
  return isEnough();
}

/** As a scenario would write it. */
function namesOf({ owner, field, lockClass }: Subject): readonly string[] {
  if (field.includes(" ")) return [];
  const full = owner === "" ? [] : [`${owner}.${field}`];
  return [field, ...full, ...(lockClass === undefined ? [] : [lockClass])];
}
