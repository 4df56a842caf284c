/**
 * What an expectation wants of a fact: a value, a bound, or anything but a value.
 *
 *    VmRSS: 64 MB          VmHWM: at least 64 MB       mapcount: not 1
 */
import { amountBytes, parseAmount } from "./amount.ts";

const RELATIONS = ["at least", "at most", "more than", "less than", "not"] as const;
/** How a value must stand to the wanted one. */
export type Relation = "is" | (typeof RELATIONS)[number];

/**
 * What a fact counts in:
 *
 *    kB      a plain number counts kB, as in /proc; so `64 MB` and `65536` are the same
 *    pages   a plain number counts pages; `12 kB` is 3
 *    count   counts things
 *    word    a text       yes   true or false       place   pages of some process
 */
export type FactUnit = "kB" | "pages" | "count" | "word" | "yes" | "place";

/** A number in the fact's unit, a word, or yes and no. */
export type FactValue = bigint | string | boolean;

/** A bound of a value. */
export interface Wanted {
  /** How the fact must stand to `value`. */
  readonly relation: Relation;
  /** What it is compared with. */
  readonly value: FactValue;
}

/** Does the fact come to what was wanted? */
export function isMet({ relation, value }: Wanted, got: FactValue): boolean {
  switch (relation) {
    case "is":
      return got === value;
    case "not":
      return got !== value;
    case "at least":
      return got >= value;
    case "at most":
      return got <= value;
    case "more than":
      return got > value;
    default:
      return got < value;
  }
}

/** Takes a relation off the front: `at least 3` is `at least` and `3`. */
export function splitRelation(text: string): { relation: Relation; rest: string } {
  const relation = RELATIONS.find((one) => text.startsWith(`${one} `));
  if (relation === undefined) return { relation: "is", rest: text };
  return { relation, rest: text.slice(relation.length + 1).trim() };
}

/**
 * A wanted number, in units of `unitBytes`; with 0n the fact counts things, and takes no amounts
 * of memory.
 * @returns undefined for what is no such number
 */
export function parseWantedNumber(input: number | string, unitBytes: bigint): Wanted | undefined {
  const { relation, rest } = splitRelation(String(input));
  const amount = parseAmount(rest);
  if (amount === undefined) return undefined;
  if (amount.unitBytes === null) return { relation, value: amount.count };
  const bytes = amountBytes(amount, 1n);
  if (unitBytes === 0n || bytes % unitBytes !== 0n) return undefined;
  return { relation, value: bytes / unitBytes };
}

/** The relation, but for plain equality, and the value. */
export function wantedText({ relation, value }: Wanted, unit: FactUnit): string {
  const text = valueText(value, unit);
  return relation === "is" ? text : `${relation} ${text}`;
}

/** A value in its fact's unit: `64 kB`, `1 page`, `yes`. */
export function valueText(value: FactValue, unit: FactUnit): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (unit === "kB") return `${value} kB`;
  if (unit === "pages") return `${value} ${value === 1n ? "page" : "pages"}`;
  return String(value);
}
