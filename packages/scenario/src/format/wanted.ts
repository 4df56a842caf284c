/**
 * What an expectation wants of a fact: a value, a bound, or anything but a value.
 *
 *    VmRSS: 64 MB          VmHWM: at least 64 MB       mapcount: not 1
 */
import { amountBytes, parseAmount } from "./amount.ts";

const RELATIONS = ["at least", "at most", "more than", "less than", "not"] as const;
export type Relation = "is" | (typeof RELATIONS)[number];

/** A number in the fact's unit, a word, or yes and no. */
export type FactValue = bigint | string | boolean;

export interface Wanted {
  readonly relation: Relation;
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
