/** The known word that a mistyped one was probably meant to be. */

const NEAR = 2;

/** @returns undefined when none is near */
function suggest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((one) => ({ one, distance: editDistance(word.toLowerCase(), one.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= NEAR)
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.one;
}

/** `unknown key writen; did you mean written?`, or which keys there are. */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  if (known.length === 0) return `unknown ${what} ${word}; there are none yet`;
  const meant = suggest(word, known);
  const help = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `unknown ${what} ${word}; ${help}`;
}

/**
 * How many letters to put in, take out or replace.
 * @modelOnly for messages that say what was probably meant
 */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}
