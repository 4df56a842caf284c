/** The litmus that a mistyped name was probably meant to be: the one that most letters lead to. */

/** Of a name this long, half may be wrong or missing. */
const NEAR = 0.5;

/** @returns undefined when none is near */
export function suggestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: distance(name, one) }))
    .sort((left, right) => left.distance - right.distance);
  const [nearest] = ranked;
  const isNear = nearest !== undefined && nearest.distance <= nearest.one.length * NEAR;
  return isNear ? nearest.one : undefined;
}

/** Letters to put in, take out or replace. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = row[j] + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
