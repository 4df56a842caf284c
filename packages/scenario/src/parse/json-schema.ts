/**
 * The format as JSON Schema, draft 2020-12, for editors: completion, help and red underlines.
 *
 * It is generated from the zod schemas that the parser uses; `schema.json` is its text, and a test
 * holds the file to it. What spans keys, such as names that must exist, only the parser checks.
 */
import * as z from "zod/mini";
import { SUBJECTS } from "../facts/all.ts";
import { commonExpectation } from "../facts/common.ts";
import { scenario } from "../story/scenario.ts";
import { commonStep } from "../story/step.ts";
import { VERBS } from "../verbs/all.ts";
import { raceSchema } from "../verbs/race.ts";

type Json = z.core.JSONSchema.JSONSchema;

type Definitions = Record<string, Json>;

/** The schema without its named parts, which go to `definitions`. */
function of(schema: z.ZodMiniType, definitions: Definitions): Json {
  const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io: "input" });
  Object.assign(definitions, $defs);
  return rest;
}

const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` });

/**
 * As text, two spaces a level, with a newline at the end.
 * @example
 * ```ts
 * import { scenarioJsonSchema } from "@forkpath/scenario";
 * console.log(JSON.parse(scenarioJsonSchema()).type); // object
 * ```
 */
export function scenarioJsonSchema(): string {
  const definitions: Definitions = {};
  const top = of(scenario, definitions);
  const { cure, ...properties } = top.properties as Record<string, Json>;
  const schema: Json = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "forkpath scenario",
    description: "A history of processes and their memory, and what it must come to.",
    ...top,
    properties: {
      ...properties,
      steps: listOf("step", properties.steps),
      threads: {
        ...properties.threads,
        additionalProperties: { anyOf: [ref("step"), { type: "array", items: ref("step") }] },
      },
      expect: listOf("expectation", properties.expect),
      cure: withProperty(cure, "expect", listOf("expectation", cure.properties?.expect as Json)),
    },
  };
  defineSteps(definitions);
  defineExpectation(definitions);
  return `${JSON.stringify({ ...schema, $defs: definitions }, null, 2)}\n`;
}

/** A step is an action, which is what a thread of a race is, with the keys that all steps have. */
function defineSteps(definitions: Definitions): void {
  const shared = of(commonStep, definitions);
  const expected = listOf("expectation", shared.properties?.expect as Json);
  const common = withProperty(shared, "expect", expected);
  const actions = VERBS.map(({ schema }) => of(schema, definitions));
  definitions.action = { anyOf: actions };
  const race = withProperty(of(raceSchema, definitions), "race", {
    type: "object",
    description: "A step for each thread, which has a letter.",
    propertyNames: { pattern: "^[a-z]$" },
    additionalProperties: ref("action"),
  });
  definitions.step = { anyOf: [...actions, race].map((one) => merged(one, common)) };
}

function defineExpectation(definitions: Definitions): void {
  const common = of(commonExpectation, definitions);
  const entries = SUBJECTS.map(({ schema }) => merged(of(schema, definitions), common));
  definitions.expectation = { anyOf: entries };
}

const listOf = (name: string, list: Json | undefined): Json => ({
  ...list,
  type: "array",
  items: ref(name),
});

const withProperty = (schema: Json, name: string, property: Json): Json => ({
  ...schema,
  properties: { ...schema.properties, [name]: property },
});

/** With the keys of its own, and those that all have. */
const merged = (own: Json, common: Json): Json => ({
  ...own,
  properties: { ...own.properties, ...common.properties },
});
