/**
 * Which pages of a mapping are meant, as people write it.
 *
 *    all               every page
 *    50%   12M         that much, from its first page on, rounded to whole pages
 *    3 pages           the first three
 *    7   0..255        by number, counted from 0; both ends belong to it
 *    0..3, 8..9        several, or a list of any of these
 *
 * What is meant becomes clear only when the mapping's size is known: see `selectPages`.
 */
import { amountBytes, parseAmount, UnitBytes } from "./amount.ts";

/** One of them, taken apart. */
export type Selection =
  | {
      /** A part of the mapping, from its first page on. */
      readonly kind: "percent";
      /** From 0 to 100. */
      readonly percent: number;
    }
  | {
      /** Pages from the first on. */
      readonly kind: "first";
      /** How many. */
      readonly pages: number;
    }
  /** Page numbers, both included. */
  | {
      /** Pages by number. */
      readonly kind: "range";
      /** The first of them. */
      readonly first: number;
      /** The last of them. */
      readonly last: number;
    };

/** Pages [first, first + count) of a mapping. */
export interface PageRun {
  readonly first: number;
  readonly count: number;
}

/** For an editor; what it lets through can still be out of range. */
export const SELECTION_PATTERN: RegExp =
  /^(all|none|(\d+(\.\d+)?%|\d+\.\.\d+|\d+(\.\d+)? ?(bytes?|B|[kKMGT](B|iB)?|pages?)?)(, ?|$))+$/;

export const ALL_PAGES: readonly Selection[] = [{ kind: "percent", percent: 100 }];
export const NO_PAGES: readonly Selection[] = [];

type Written = number | string;

/** @returns undefined for what selects nothing that makes sense */
export function parseSelection(
  input: Written | readonly Written[],
): readonly Selection[] | undefined {
  if (input === "all") return ALL_PAGES;
  if (input === "none") return NO_PAGES;
  const parts = Array.isArray(input) ? (input as readonly Written[]) : String(input).split(",");
  const selections = parts.map((part) => parsePart(String(part).trim()));
  return selections.every((one) => one !== undefined) ? selections : undefined;
}

/** As it would be written; nothing for all pages. */
export function selectionText(selection: Selection): string {
  switch (selection.kind) {
    case "percent":
      return selection.percent === 100 ? "" : `${selection.percent}%`;
    case "first":
      return `${selection.pages} pages`;
    default:
      return selection.first === selection.last
        ? String(selection.first)
        : `${selection.first}..${selection.last}`;
  }
}

/**
 * The pages that are meant of a mapping with `total` of them, by number, each once.
 * @returns undefined when a page is asked for that the mapping does not have
 */
export function selectPages(
  selections: readonly Selection[],
  total: number,
): readonly PageRun[] | undefined {
  const runs = selections.map((one) => runOf(one, total)).filter(({ count }) => count > 0);
  runs.sort((left, right) => left.first - right.first);
  if (runs.some(({ first, count }) => first + count > total)) return undefined;
  return mergeRuns(runs);
}

function parsePart(text: string): Selection | undefined {
  const range = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (range !== null) {
    const [first, last] = [Number(range[1]), Number(range[2] ?? range[1])];
    return last < first ? undefined : { kind: "range", first, last };
  }
  const share = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (share !== null) {
    const percent = Number(share[1]);
    return percent > 100 ? undefined : { kind: "percent", percent };
  }
  const amount = parseAmount(text);
  if (amount === undefined || amount.unitBytes === null || amount.count < 0n) return undefined;
  const bytes = amountBytes(amount, UnitBytes.byte);
  return { kind: "first", pages: Number((bytes + UnitBytes.page - 1n) / UnitBytes.page) };
}

function runOf(selection: Selection, total: number): PageRun {
  switch (selection.kind) {
    case "percent":
      return { first: 0, count: Math.round((total * selection.percent) / 100) };
    case "first":
      return { first: 0, count: selection.pages };
    default:
      return { first: selection.first, count: selection.last - selection.first + 1 };
  }
}

/** Requires the runs sorted by their first page. */
function mergeRuns(runs: readonly PageRun[]): PageRun[] {
  const merged: PageRun[] = [];
  for (const run of runs) {
    const last = merged.at(-1);
    if (last === undefined || run.first > last.first + last.count) {
      merged.push(run);
    } else {
      const end = Math.max(last.first + last.count, run.first + run.count);
      merged[merged.length - 1] = { first: last.first, count: end - last.first };
    }
  }
  return merged;
}
