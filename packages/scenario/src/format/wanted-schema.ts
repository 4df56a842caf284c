/** Wanted values as schemas, one for each unit that a fact can have. */
import * as z from "zod/mini";
import { UnitBytes } from "./amount.ts";
import { either, leaf, named, place } from "./leaves.ts";
import type { Place } from "./place.ts";
import { type FactUnit, parseWantedNumber, splitRelation, type Wanted } from "./wanted.ts";

/** What a fact's key may hold: a wanted value, or a place to compare with. */
export type Given = Wanted | Place;

type NumericUnit = "kB" | "pages" | "count";

const WORDS: Readonly<Record<NumericUnit, string>> = {
  kB: "an amount such as 64 MB, 12 kB or at least 3 pages",
  pages: "a number of pages such as 3, 12 kB or at least 3",
  count: "a whole number such as 3 or at least 3",
};
/** Bytes that a plain number counts in; 0 where it counts things. */
const UNIT_BYTES: Readonly<Record<NumericUnit, bigint>> = {
  kB: UnitBytes.k,
  pages: UnitBytes.page,
  count: 0n,
};
const NUMBER = /^((at least|at most|more than|less than|not) )?-?\d+(\.\d+)?( ?[A-Za-z]+)?$/;

const isNumeric = (unit: FactUnit): unit is NumericUnit => unit in WORDS;

/** @returns undefined for what is no number of that unit */
export const parseNumber = (value: number | string, unit: FactUnit): Wanted | undefined =>
  isNumeric(unit) ? parseWantedNumber(value, UNIT_BYTES[unit]) : undefined;

/** A number, or a text that may be one. */
export const numberText = (what: string): z.ZodMiniType<number | string> =>
  either<number | string>(
    what,
    z.number(),
    z.string().check(z.regex(NUMBER, { error: () => what })),
  );

const wantedNumber = (unit: NumericUnit): z.ZodMiniType<Wanted> => {
  const parse = (value: number | string): Wanted | undefined => parseNumber(value, unit);
  return named(`wanted-${unit}`, leaf(numberText(WORDS[unit]), WORDS[unit], parse));
};

const WORD = "a word, or not and a word";
const wantedWord: z.ZodMiniType<Wanted> = leaf(z.string({ error: () => WORD }), WORD, (text) => {
  const { relation, rest } = splitRelation(text);
  return relation === "is" || relation === "not" ? { relation, value: rest } : undefined;
});

const YES = "true or false";
const wantedYes: z.ZodMiniType<Wanted> = leaf(z.boolean({ error: () => YES }), YES, (value) => ({
  relation: "is",
  value,
}));

export const wantedCount: z.ZodMiniType<Wanted> = wantedNumber("count");

/** By the unit of the fact. */
export const givenSchemas: Readonly<Record<FactUnit, z.ZodMiniType<Given>>> = {
  kB: wantedNumber("kB"),
  pages: wantedNumber("pages"),
  count: wantedCount,
  word: wantedWord,
  yes: wantedYes,
  place,
};
