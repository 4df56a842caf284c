/**
 * Expectations as schemas: one for each subject, with a key for each of its facts.
 *
 * What comes out is one observation for each key; whoever reads the file adds its line.
 */
import { RECOUNT_RULES } from "@forkpath/sync";
import { z } from "zod";
import type { Observation } from "./expectation.ts";
import {
  type FactSpec,
  type FactTable,
  FILE_FACTS,
  MACHINE_FACTS,
  MAPPING_FACTS,
  PAGE_FACTS,
  PROCESS_FACTS,
  REAPED_FACTS,
} from "./facts.ts";
import { about, either, leaf, oneOf, path, place } from "./leaves.ts";
import type { Place } from "./place.ts";
import type { Wanted } from "./wanted.ts";
import { type Given, givenSchemas, numberText, parseNumber, wantedCount } from "./wanted-schema.ts";

/** One key of an entry: what it asks, and what it wants. */
export interface Asked {
  readonly key: string;
  readonly observation: Observation;
  readonly wanted: Wanted;
}

type Subject = Observation["subject"];
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
    about(givenSchemas[unit], text).exactOptional(),
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

const SUM = "a sum in the unit of its fact, such as 64 MB";

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
    const wanted = parseNumber(is, PROCESS_FACTS[fact].unit);
    const observation = { subject: "sum" as const, of: Array.isArray(of) ? of : [of], fact };
    return wanted === undefined ? undefined : [{ key: "is", observation, wanted }];
  },
);

const events: z.ZodType<Asked[]> = leaf(
  z
    .strictObject({
      events: about(z.string(), "Kind of event: lock, alloc, rss, flush_tlb, call and others."),
      is: about(wantedCount, "How many there were in the step."),
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
    check: about(
      oneOf("clean", ...RECOUNT_RULES),
      "clean, or a rule that the recount finds broken.",
    ),
  }),
  "clean, or a rule",
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
