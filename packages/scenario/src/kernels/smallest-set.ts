/** The fewest of some things that have an effect together. */

/** How many sets are tried beyond those that a simple search needs. */
const MOST_TRIES = 300;

/**
 * The smallest set that `doesIt`, of at least two; where looking for it would take too long, one
 * that none can be taken from.
 * @returns undefined when not even all of them do it
 */
export function smallestSet<T>(
  all: readonly T[],
  doesIt: (some: readonly T[]) => boolean,
): readonly T[] | undefined {
  if (!doesIt(all)) return undefined;
  let found = all;
  for (const one of all) {
    const rest = found.filter((other) => other !== one);
    if (rest.length > 0 && doesIt(rest)) found = rest;
  }
  let tries = MOST_TRIES;
  for (let size = 2; size < found.length; size++) {
    for (const some of combinations(all, size)) {
      if (tries-- === 0) return found;
      if (doesIt(some)) return some;
    }
  }
  return found;
}

/** All sets of so many, in the order of `all`. */
function* combinations<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let first = 0; first + size <= all.length; first++) {
    for (const rest of combinations(all.slice(first + 1), size - 1)) yield [all[first], ...rest];
  }
}
