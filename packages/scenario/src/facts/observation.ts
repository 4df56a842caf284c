/**
 * What must hold: something that is looked at, and what is wanted of it.
 *
 *    - { process: worker1, VmRSS: 64 MB }               one expectation
 *    - { page: worker1 heap 0, mapcount: 2, refcount: 2 }    two
 *    - { sum: Pss, of: all, is: at most 70 MB }
 */
import type { KernelEvent } from "@forkpath/events";
import type { NameUse } from "../format/known.ts";
import type { OnKernels } from "../format/on.ts";
import { type Place, placeText } from "../format/place.ts";
import type { Position } from "../format/position.ts";
import {
  type FactUnit,
  type FactValue,
  isMet,
  valueText,
  type Wanted,
  wantedText,
} from "../format/wanted.ts";
import type { World } from "../world/world.ts";

/** One look: whose fact it is, if there are several, and what it comes to. */
export interface Look {
  /** Whose fact it is; empty where there is one alone. */
  readonly of: string;
  /** What it comes to. */
  readonly value: FactValue;
  /** What is told of it, where that is more than its value. */
  readonly got?: string;
}

/** Events that an expectation counts. */
export interface EventCount {
  /** Classes of events, or-ed together. */
  readonly wants: number;
  /** How often what is counted happens in the event. */
  timesIn(event: KernelEvent): number;
}

/** What is looked at. */
export interface Observation {
  /** `worker1 VmRSS`, `worker1 heap 0..3 mapcount`, `sum of Pss over all`. */
  readonly text: string;
  /** Names that must exist. */
  readonly uses: readonly NameUse[];
  /** Names of processes that may end in `*`, for all that begin so; `all` is each of them. */
  readonly patterns: readonly string[];
  /** Which events are counted for it while steps run; null for none. */
  readonly counts: EventCount | null;
  /** What to remember when the step begins: then `world.remembered` has it. Null for nothing. */
  readonly before: ((world: World) => unknown) | null;
  /** Each look must be as wanted. @throws CannotRun when there is nothing to look at */
  look(world: World): readonly Look[];
  /** Whether one look's value is as wanted. */
  holds(wanted: Wanted, value: FactValue): boolean;
  /** What is wanted, for reports: `64 MB`. */
  wantedText(wanted: Wanted): string;
  /** What was found, for reports, in the same unit. */
  gotText(value: FactValue): string;
}

/** One thing that must hold. */
export interface Expectation {
  /** What is looked at. */
  readonly observation: Observation;
  /** What it must be. */
  readonly wanted: Wanted;
  /** Which releases are asked. */
  readonly on: OnKernels;
  /** Where it stands in the text. */
  readonly at: Position;
}

/** By default it uses no names, and its value is compared and told in its unit. */
export const observe = (
  unit: FactUnit,
  own: Pick<Observation, "text" | "look"> & Partial<Observation>,
): Observation => ({
  uses: [],
  patterns: [],
  counts: null,
  before: null,
  holds: isMet,
  wantedText: (wanted) => wantedText(wanted, unit),
  gotText: (value) => valueText(value, unit),
  ...own,
});

/** A fact about pages: what reports call it, and which names it uses. */
export const aboutPlace = (where: Place, key: string): Pick<Observation, "text" | "uses"> => ({
  text: `${placeText(where)} ${key}`,
  uses: [where],
});

/** A look at the one thing that there is. */
export const one = (value: FactValue): readonly Look[] => [{ of: "", value }];
