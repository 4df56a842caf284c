/** The known word that a mistyped one was probably meant to be. */

/** Two letters of a key may be wrong, and one of two letters. */
const mostWrongIn = (word: string): number => Math.min(2, Math.ceil(word.length / 2));

/**
 * The one that the fewest letters lead to, whether large or small.
 * @param mostWrong how many letters may be put in, taken out or replaced to get to a known word
 * @returns undefined when none is near
 */
export function nearestWord(
  word: string,
  known: readonly string[],
  mostWrong: (known: string) => number = mostWrongIn,
): string | undefined {
  const [nearest] = known
    .map((one) => ({ one, distance: editDistance(word.toLowerCase(), one.toLowerCase()) }))
    .filter(({ one, distance }) => distance <= mostWrong(one))
    .sort((left, right) => left.distance - right.distance);
  return nearest?.one;
}

/** `unknown key writen; did you mean written?`, or which keys there are. */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  if (known.length === 0) return `unknown ${what} ${word}; there are none yet`;
  const meant = nearestWord(word, known);
  const help = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `unknown ${what} ${word}; ${help}`;
}

/** How many letters to put in, take out or replace. */
function editDistance(from: string, to: string): number {
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
