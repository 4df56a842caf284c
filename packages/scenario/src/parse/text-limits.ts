/** What keeps a text from being read at all, told before any of it is. */
import type { Problem } from "../format/problem.ts";

/** Characters: far more than a person writes, and few enough to be read in a second or two. */
const MOST_CHARACTERS = 2 ** 19;

/** A NUL, or what a decoder puts for bytes that are no UTF-8. */
const NO_TEXT = /[\0\uFFFD]/;

/** At most one problem: what comes behind it would be guessed. */
export function textProblems(text: string): readonly Problem[] {
  if (text.length > MOST_CHARACTERS) {
    const message = `wanted at most ${MOST_CHARACTERS} characters, got ${text.length}`;
    return [{ line: 1, column: 1, message }];
  }
  const bad = NO_TEXT.exec(text);
  if (bad !== null) {
    const before = text.slice(0, bad.index).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    return [{ line: before.length, column, message: "wanted a text in UTF-8, got other bytes" }];
  }
  if (text.trim() === "") return [{ line: 1, column: 1, message: "the text is empty" }];
  return [];
}
