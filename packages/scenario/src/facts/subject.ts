/** What an expectation can be about: a key that names the subject, and keys for its facts. */
import * as z from "zod/mini";
import { keysOf } from "../format/keys.ts";
import { about, leaf } from "../format/leaves.ts";
import type { FactUnit, Wanted } from "../format/wanted.ts";
import { type Given, givenSchemas } from "../format/wanted-schema.ts";
import type { Observation } from "./observation.ts";

/** One key of an entry: what it asks, and what it wants. */
export interface Asked {
  readonly key: string;
  readonly observation: Observation;
  readonly wanted: Wanted;
}

export interface Subject {
  /** The key that an entry is recognised by; null for the machine, which needs none. */
  readonly key: string | null;
  /** All keys that an entry may have. */
  readonly keys: readonly string[];
  /** Takes an entry without its note. */
  readonly schema: z.ZodMiniType<Asked[]>;
}

type Units = Readonly<Record<string, { readonly unit: FactUnit; readonly about: string }>>;

/**
 * A subject with a table of facts, any of which an entry may ask for.
 * @param head takes what names the subject; null for the machine
 */
export function defineSubject<Head>(
  key: string,
  head: z.ZodMiniType<Head> | null,
  facts: Units,
  observe: (head: Head, fact: string, given: Given) => Observation,
): Subject {
  const factKeys = Object.entries(facts).map(
    ([name, { unit, about: text }]) =>
      [name, z.exactOptional(about(givenSchemas[unit], text))] as const,
  );
  const shape: z.ZodMiniType<Record<string, unknown>> = z.strictObject({
    ...(head === null ? {} : { [key]: about(head, "What the facts are about.") }),
    ...Object.fromEntries(factKeys),
  });
  const parse = ({ [key]: who, ...asked }: Record<string, unknown>): Asked[] | undefined => {
    const entries = Object.entries(asked) as [string, Given][];
    if (entries.length === 0) return undefined;
    return entries.map(([fact, given]) => ({
      key: fact,
      observation: observe(who as Head, fact, given),
      wanted: "relation" in given ? given : { relation: "is", value: true },
    }));
  };
  const schema = leaf(shape, `at least one fact about the ${key}`, parse);
  return { key: head === null ? null : key, keys: keysOf(shape), schema };
}
