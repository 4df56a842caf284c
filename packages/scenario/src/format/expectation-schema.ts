/**
 * Expectations as schemas: one for each subject, with a key for each of its facts.
 *
 * What comes out is one observation for each key; whoever reads the file adds its line.
 */
import { z } from "zod";
import { UnitBytes } from "./amount.ts";
import type { Observation } from "./expectation.ts";
import {
  type FactSpec,
  type FactTable,
  type FactUnit,
  FILE_FACTS,
  MACHINE_FACTS,
  MAPPING_FACTS,
  PAGE_FACTS,
  PROCESS_FACTS,
  REAPED_FACTS,
} from "./facts.ts";
import { about, either, leaf, named, oneOf, path, place } from "./leaves.ts";
import type { Place } from "./place.ts";
import { parseWantedNumber, RELATIONS, splitRelation, type Wanted } from "./wanted.ts";

/** One key of an entry: what it asks, and what it wants. */
export interface Asked {
  readonly key: string;
  readonly observation: Observation;
  readonly wanted: Wanted;
}

type Subject = Observation["subject"];
/** What a fact's key may hold: a wanted value, or a place to compare with. */
type Given = Wanted | Place;

const NUMBER = /^((at least|at most|more than|less than|not) )?-?\d+(\.\d+)?( ?[A-Za-z]+)?$/;
const WORDS = {
  kB: "an amount such as 64 MB, 12 kB or at least 3 pages",
  pages: "a number of pages such as 3, 12 kB or at least 3",
  count: "a whole number such as 3 or at least 3",
} as const;
const UNIT_BYTES = { kB: UnitBytes.k, pages: UnitBytes.page, count: 0n } as const;

const SUM = "a sum in the unit of its fact, such as 64 MB";
type NumericUnit = keyof typeof WORDS;
const isNumeric = (unit: FactUnit): unit is NumericUnit => unit in WORDS;

const numberText = (what: string): z.ZodType<number | string> =>
  either<number | string>(what, z.number(), z.string().regex(NUMBER, { error: () => what }));

const wantedNumber = (unit: NumericUnit): z.ZodType<Wanted> => {
  const parse = (value: number | string): Wanted | undefined =>
    parseWantedNumber(value, UNIT_BYTES[unit]);
  return named(`wanted-${unit}`, leaf(numberText(WORDS[unit]), WORDS[unit], parse));
};

const wantedWord: z.ZodType<Wanted> = leaf(
  z.string({ error: () => "a word" }),
  `a word, or ${RELATIONS.at(-1)} and a word`,
  (text) => {
    const { relation, rest } = splitRelation(text);
    return relation === "is" || relation === "not" ? { relation, value: rest } : undefined;
  },
);

const wantedYes: z.ZodType<Wanted> = leaf(
  z.boolean({ error: () => "true or false" }),
  "true or false",
  (value) => ({ relation: "is", value }),
);

const GIVEN: Readonly<Record<FactUnit, z.ZodType<Given>>> = {
  kB: wantedNumber("kB"),
  pages: wantedNumber("pages"),
  count: wantedNumber("count"),
  word: wantedWord,
  yes: wantedYes,
  place,
};

const PROCESS = "the name of a process, the start of some with *, or all";
const processes: z.ZodType<string> = z
  .string({ error: () => PROCESS })
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*\*?$/, { error: () => PROCESS });

/** An entry about `subject`, which `head` names, with a key for each fact of `table`. */
function entry<Head, Name extends string>(
  subject: string,
  head: z.ZodType<Head> | null,
  table: FactTable<Name>,
  observe: (head: Head, fact: Name, given: Given) => Observation,
): z.ZodType<Asked[]> {
  const facts = Object.entries<FactSpec>(table).map(([name, { unit, about: text }]) => [
    name,
    about(GIVEN[unit], text).exactOptional(),
  ]);
  const subjectKey = head === null ? {} : { [subject]: head };
  const shape: z.ZodType<Record<string, unknown>> = z.strictObject({
    ...subjectKey,
    ...(Object.fromEntries(facts) as Record<string, z.ZodType<unknown>>),
  });
  return leaf(shape, `at least one fact about the ${subject}`, ({ [subject]: who, ...asked }) => {
    const entries = Object.entries(asked) as [Name, Given][];
    if (entries.length === 0) return undefined;
    return entries.map(([key, given]) => ({
      key,
      observation: observe(who as Head, key, given),
      wanted: "relation" in given ? given : { relation: "is", value: true },
    }));
  });
}

/** The pages that a fact about two compares with. */
const otherOf = (given: Given): Place | null => ("relation" in given ? null : given);

const sum: z.ZodType<Asked[]> = leaf(
  z.strictObject({
    sum: about(
      oneOf(...(Object.keys(PROCESS_FACTS) as (keyof typeof PROCESS_FACTS)[])),
      "Which fact is added up.",
    ),
    of: about(
      either<string | string[]>(PROCESS, processes, z.array(processes)),
      "Which processes: all, worker*, or a list.",
    ).default("all"),
    is: about(numberText(SUM), "What it comes to."),
  }),
  SUM,
  ({ sum: fact, of, is }) => {
    const { unit } = PROCESS_FACTS[fact];
    const wanted = isNumeric(unit) ? parseWantedNumber(is, UNIT_BYTES[unit]) : undefined;
    const observation = { subject: "sum" as const, of: Array.isArray(of) ? of : [of], fact };
    return wanted === undefined ? undefined : [{ key: "is", observation, wanted }];
  },
);

const events: z.ZodType<Asked[]> = leaf(
  z
    .strictObject({
      events: about(z.string(), "Kind of event: lock, alloc, rss, flush_tlb, call and others."),
      is: about(wantedNumber("count"), "How many there were in the step."),
    })
    .catchall(z.union([z.string(), z.number(), z.boolean()])),
  "a count of events",
  ({ events: kind, is, ...fields }) => [
    {
      key: "is",
      observation: {
        subject: "events",
        kind,
        fields: new Map(Object.entries(fields).map(([name, value]) => [name, String(value)])),
      },
      wanted: is as Wanted,
    },
  ],
);

const check: z.ZodType<Asked[]> = leaf(
  z.strictObject({
    check: about(z.string(), "clean, or what one line of the recount says."),
  }),
  "clean, or a text",
  ({ check: value }) => [
    { key: "check", observation: { subject: "check" }, wanted: { relation: "is", value } },
  ],
);

/** By subject: an entry's schema. The machine has no key that names it. */
export const expectationSchemas: Readonly<Record<Subject, z.ZodType<Asked[]>>> = {
  process: entry("process", processes, PROCESS_FACTS, (process, fact) => ({
    subject: "process",
    process,
    fact,
  })),
  mapping: entry("mapping", place, MAPPING_FACTS, (where, fact) => ({
    subject: "mapping",
    place: where,
    fact,
  })),
  page: entry("page", place, PAGE_FACTS, (where, fact, given) => ({
    subject: "page",
    place: where,
    fact,
    other: otherOf(given),
  })),
  file: entry("file", path, FILE_FACTS, (file, fact) => ({ subject: "file", path: file, fact })),
  reaped: entry("reaped", processes, REAPED_FACTS, (process, fact) => ({
    subject: "reaped",
    process,
    fact,
  })),
  machine: entry("machine", null, MACHINE_FACTS, (_, fact) => ({ subject: "machine", fact })),
  sum,
  events,
  check,
};
