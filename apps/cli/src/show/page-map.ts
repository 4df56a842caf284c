/**
 * One page map: a letter for each page where a line holds them, else runs such as `W*16 r*240`,
 * which can be put into a scenario's `entries` as they are.
 */
import type { EntryLetter } from "@forkpath/kernel";
import type { MapChange } from "@forkpath/picture";
import type { Colors } from "../terminal.ts";

/** A piece of a page map: what is printed, and how wide it is. */
interface Token {
  readonly text: string;
  readonly width: number;
}

/** How many columns and lines there are for one map. */
export interface MapRoom {
  readonly width: number;
  readonly lines: number;
}

/** Lines of one page map: in a listing of all, and of what changed only. */
export const MOST_LINES = 40;
export const FEW_LINES = 4;

/** The page map of one moment. What changed since the other is in colour. */
export const drawMap = (
  changes: readonly MapChange[],
  isNow: boolean,
  { width, lines }: MapRoom,
  colors: Colors,
): string[] => wrap(tokensOf(changes, isNow, width, colors), width, lines);

/** A letter for each page where a line holds them, runs where it does not. */
function tokensOf(
  changes: readonly MapChange[],
  isNow: boolean,
  width: number,
  colors: Colors,
): Token[] {
  const sides = changes.map(({ before, after, pages }) => ({
    letter: isNow ? after : before,
    isNews: isNow && before !== null && before !== after,
    pages,
  }));
  const total = sides.reduce((sum, { pages }) => sum + pages, 0);
  const paint = (letter: EntryLetter | null, text: string, isNews: boolean): string =>
    isNews ? colors.yellow(text) : letter === "-" || letter === null ? colors.dim(text) : text;
  if (total <= width) {
    const text = sides.map(({ letter, isNews, pages }) =>
      paint(letter, (letter ?? NOWHERE).repeat(pages), isNews),
    );
    return [{ text: text.join(""), width: total }];
  }
  return joinRuns(sides, colors.isColorSupported).map(({ letter, isNews, pages }) => {
    const text = pages === 1 ? (letter ?? NOWHERE) : `${letter ?? NOWHERE}*${pages}`;
    return { text: paint(letter, text, isNews), width: text.length };
  });
}

/** Stands for a page where no area is. */
const NOWHERE = "·";

interface Side {
  readonly letter: EntryLetter | null;
  readonly isNews: boolean;
  readonly pages: number;
}

/** @param isNewsShown keeps what changed apart from what did not */
function joinRuns(sides: readonly Side[], isNewsShown: boolean): Side[] {
  const joint: Side[] = [];
  for (const side of sides) {
    const last = joint.at(-1);
    if (last?.letter === side.letter && (!isNewsShown || last.isNews === side.isNews)) {
      joint[joint.length - 1] = { ...last, pages: last.pages + side.pages };
    } else {
      joint.push(side);
    }
  }
  return joint;
}

/** What is too long ends with how much is left out. */
function wrap(tokens: readonly Token[], width: number, most: number): string[] {
  const lines: string[] = [];
  let line: string[] = [];
  let used = 0;
  for (const [index, token] of tokens.entries()) {
    if (line.length > 0 && used + 1 + token.width > width) {
      lines.push(line.join(" "));
      line = [];
      used = 0;
      if (lines.length === most) {
        return [...lines, `… and ${tokens.length - index} more runs; --json has all`];
      }
    }
    line.push(token.text);
    used += token.width + (line.length > 1 ? 1 : 0);
  }
  return [...lines, line.join(" ")];
}
