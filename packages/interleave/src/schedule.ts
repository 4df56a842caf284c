/**
 * Schedules as text: which thread was chosen, wherever there was a choice.
 *
 *     v1:a2bc14      a, a, b, c fourteen times
 *
 * The letter is the thread's place in the program. Steps that only one thread could take are not
 * written, so a schedule is as short as the freedom it had. The version comes first: a schedule
 * outlives the code that printed it, in bug reports.
 */
import { WantedError } from "./check.ts";

const VERSION = "v1:";
const FIRST_LETTER = "a".charCodeAt(0);
/** A longer text is a mistake, or an attack on the program that parses it. */
const MAX_CHOICES = 1_000_000;

/** The letter of a thread, by its index. */
export const threadLetter = (thread: number): string => String.fromCharCode(FIRST_LETTER + thread);

/**
 * Writes the first `count` of `choices`, which are thread indices.
 * @example
 * ```ts
 * import { formatSchedule } from "@forkpath/interleave";
 * console.log(formatSchedule([0, 1, 1, 1, 0])); // v1:ab3a
 * ```
 */
export function formatSchedule(choices: ArrayLike<number>, count: number = choices.length): string {
  let text = VERSION;
  for (let start = 0; start < count; ) {
    let end = start + 1;
    while (end < count && choices[end] === choices[start]) end++;
    text += threadLetter(choices[start]);
    if (end - start > 1) text += end - start;
    start = end;
  }
  return text;
}

/**
 * Reads what `formatSchedule` wrote.
 * @throws WantedError saying what is wrong, and where
 */
export function parseSchedule(text: string): number[] {
  if (!text.startsWith(VERSION)) {
    throw refusal(`a schedule that starts with "${VERSION}"`, text);
  }
  const choices: number[] = [];
  const run = /([a-z])([1-9][0-9]*)?/y;
  for (let at = VERSION.length; at < text.length; at = run.lastIndex) {
    run.lastIndex = at;
    const match = run.exec(text);
    if (match === null) {
      throw refusal(`a thread's letter and perhaps a count, at character ${at}`, text);
    }
    const times = Number(match[2] ?? 1);
    if (choices.length + times > MAX_CHOICES) {
      throw refusal(`at most ${MAX_CHOICES} choices, at character ${at}`, text);
    }
    const thread = match[1].charCodeAt(0) - FIRST_LETTER;
    for (let i = 0; i < times; i++) choices.push(thread);
  }
  return choices;
}

const SHOWN_LENGTH = 60;
const refusal = (wanted: string, text: string): WantedError => {
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
  return new WantedError("parseSchedule", `wanted ${wanted}, got ${JSON.stringify(shown)}`);
};

/** Shorter first, then by letters: an order in which the first schedule is the nicest to read. */
export function compareSchedules(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
