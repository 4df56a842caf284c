/** Which names mean something, as far as the text of a history tells without running it. */
import type { Place } from "./place.ts";
import { unknownWord } from "./suggest.ts";

/** By process: the names of its mappings, one set for all that share them, and its leader's name. */
export type Known = Map<string, { readonly mappings: Set<string>; readonly leader: string }>;

/** What must exist when a step begins: a process by its name, or pages of a mapping. */
export type Used = string | Place;

/** Gets what is wrong, as a message. */
export type Report = (message: string) => void;

/**
 * Adds the names that a step makes.
 * @param rounds those that will be done: 0 for the only one, else counted from 1
 */
export type NamesMade = (known: Known, rounds: readonly number[], report: Report) => void;

export function checkUsed(used: Used, known: Known, report: Report): void {
  if (typeof used === "string") checkProcess(used, known, report);
  else checkPlace(used, known, report);
}

function checkProcess(process: string, known: Known, report: Report): void {
  if (!known.has(process)) report(unknownWord("process", process, [...known.keys()]));
}

function checkPlace({ process, mapping }: Place, known: Known, report: Report): void {
  checkProcess(process, known, report);
  const mappings = known.get(process)?.mappings;
  if (mapping === null || mappings === undefined || mappings.has(mapping)) return;
  report(unknownWord(`mapping of ${process}`, mapping, [...mappings]));
}
