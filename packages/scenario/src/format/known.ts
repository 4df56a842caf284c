/**
 * Which names mean something, and how large what they name is, as far as the text of a history
 * tells without running it.
 */
import type { Place } from "./place.ts";
import { selectPages } from "./selection.ts";
import { unknownWord } from "./suggest.ts";

/**
 * Memory by the names of its mappings; all tasks that share an address space share one of these.
 */
export interface KnownSpace {
  /** Pages of each; null where only a run can tell. */
  readonly mappings: Map<string, number | null>;
}

/** A process that a step may name. */
export interface KnownProcess {
  /** Its memory; threads share it. */
  readonly space: KnownSpace;
  /** Name of the process's first thread. */
  readonly leader: string;
}

/** Processes that a step may name. */
export type KnownNames = Map<string, KnownProcess>;

/** What must exist when a step begins: a process by its name, or pages of a mapping. */
export type NameUse = string | Place;

/** Gets what is wrong, as a message. */
export type TellProblem = (message: string) => void;

/**
 * Adds the names that a step makes.
 * @param rounds those that will be done: 0 for the only one, else counted from 1
 */
export type NamesMade = (known: KnownNames, rounds: readonly number[], report: TellProblem) => void;

export function checkUsed(used: NameUse, known: KnownNames, report: TellProblem): void {
  if (typeof used === "string") checkProcess(used, known, report);
  else checkPlace(used, known, report);
}

function checkProcess(process: string, known: KnownNames, report: TellProblem): void {
  if (!known.has(process)) report(unknownWord("process", process, [...known.keys()]));
}

function checkPlace(
  { process, mapping, pages }: Place,
  known: KnownNames,
  report: TellProblem,
): void {
  checkProcess(process, known, report);
  const mappings = known.get(process)?.space.mappings;
  if (mapping === null || mappings === undefined) return;
  const total = mappings.get(mapping);
  if (total === undefined)
    report(unknownWord(`mapping of ${process}`, mapping, [...mappings.keys()]));
  else if (total !== null && selectPages(pages, total) === undefined) {
    report(tooFewPages(process, mapping, total));
  }
}

/** What is told of a page that a mapping does not have. */
export const tooFewPages = (process: string, mapping: string | null, total: number): string =>
  total === 1
    ? `${process} ${mapping} has 1 page, counted from 0; a size such as 8 is bytes: 8 pages is more`
    : `${process} ${mapping} has ${total} pages, counted from 0`;
