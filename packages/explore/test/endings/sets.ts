/**
 * Endings of a litmus as a set of texts: what `dpor` shows must hold all that other strategies do.
 */
import {
  bounded,
  dfs,
  type Exploration,
  exploreProgram,
  random,
  type Strategy,
} from "@forkpath/interleave";
import type { Litmus, ScenarioState } from "../../src/index.ts";
import { reduced } from "../litmus-files.ts";
import { anonymous, endingOf } from "./check.ts";

/** What others show and `dpor` does not. */
export interface Compared {
  /** Whether `dpor` came to its end: if not, nothing was compared. */
  readonly complete: boolean;
  /** Whether every schedule was run, too. */
  readonly isExhaustive: boolean;
  /** How many endings `dpor` has shown. */
  readonly endings: number;
  /** The first lines of those that it has not. */
  readonly missed: readonly string[];
}

export interface Effort {
  /** Schedules of `dpor`. */
  readonly classes: number;
  /** Schedules of each other strategy. */
  readonly others: number;
}

/** @param places the same litmus with turns at few places, where every schedule can be run */
export function compareEndings(
  litmus: Litmus<ScenarioState>,
  { classes, others }: Effort,
  places: Litmus<ScenarioState> = litmus,
): Compared {
  const explore = (strategy: Strategy, max: number, of = litmus): Exploration =>
    exploreProgram({ ...of, outcome: (state) => endingOf(of, state) }, strategy, { max });
  const few = explore(reduced, classes);
  if (!few.complete) return { complete: false, isExhaustive: false, endings: 0, missed: [] };
  const shown = new Set(endingsOf(few));
  const every = explore(dfs(), 4 * others, places);
  const rest = [bounded(2), random(1, others)].map((strategy) => explore(strategy, others));
  const missed = [every, ...rest].flatMap(endingsOf).filter((ending) => !shown.has(ending));
  return {
    complete: true,
    isExhaustive: every.complete,
    endings: shown.size,
    missed: missed.map((ending) => ending.split("\n", 1)[0]),
  };
}

const endingsOf = ({ outcomes, failures }: Exploration): string[] => [
  ...outcomes.map(({ outcome }) => outcome),
  ...failures.filter(({ kind }) => kind !== "final").map(({ message }) => anonymous(message)),
];
