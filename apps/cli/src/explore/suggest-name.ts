/** The litmus that a mistyped name was probably meant to be: the one that most letters lead to. */
import { editDistance } from "@forkpath/scenario";

/** Of a name this long, half may be wrong or missing. */
const NEAR = 0.5;

/** @returns undefined when none is near */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .sort((left, right) => left.distance - right.distance);
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= nearest.one.length * NEAR;
  return isNear ? nearest.one : undefined;
}
