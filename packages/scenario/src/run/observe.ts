/** Looks at what an expectation is about, and compares. */
import type { Expectation } from "../facts/observation.ts";
import { holdsOn } from "../format/on.ts";
import { CannotRun } from "../world/cannot-run.ts";
import { kernelOf, type World } from "../world/world.ts";

/** What was looked at, and what was there. */
export interface ExpectationResult {
  /** Counted from 1. */
  readonly line: number;
  /** What was looked at: `worker1 VmRSS`. */
  readonly text: string;
  /** What was wanted, for people: `64 MB`. */
  readonly wanted: string;
  /** What was there, in the same unit. */
  readonly got: string;
  /** Whether it is as wanted. */
  readonly isMet: boolean;
}

/** Those that this machine's release is asked. */
export const askedOf = (
  world: World,
  expectations: readonly Expectation[],
): readonly Expectation[] => expectations.filter(({ on }) => holdsOn(on, kernelOf(world)));

/** Of several looks, all must be as wanted; the first that is not is told. */
export function evaluate(
  world: World,
  { observation, wanted, at }: Expectation,
): ExpectationResult {
  const told = { line: at.line, wanted: observation.wantedText(wanted) };
  const { text } = observation;
  try {
    const looks = observation.look(world);
    const wrong = looks.find(({ value }) => !observation.holds(wanted, value));
    const shown = wrong ?? looks[0];
    if (shown === undefined) throw new CannotRun("there is nothing to look at");
    const got = shown.got ?? observation.gotText(shown.value);
    const whose = wrong === undefined || shown.of === "" ? text : `${text} (${shown.of})`;
    return { ...told, text: whose, got, isMet: wrong === undefined };
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    return { ...told, text, got: error.message, isMet: false };
  }
}
