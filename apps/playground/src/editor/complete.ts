/** What can be written at a place, as the JSON schema of scenarios says. */
import { ITEM, type Place } from "./context.ts";

/** As much of JSON schema as scenarios have. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean | null;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

export interface Suggestion {
  readonly text: string;
  readonly detail: string;
}

export function suggest(root: Schema, place: Place): Suggestion[] {
  const here = place.path.reduce(
    (schemas, key) => schemas.flatMap((schema) => below(root, schema, key)),
    branches(root, root),
  );
  const found = place.kind === "key" ? keysOf(here, place.siblings) : valuesOf(here);
  return [...new Map(found.map((one) => [one.text, one])).values()];
}

/** A schema without references and choices: all that it can be. */
function branches(root: Schema, schema: Schema, depth = 0): Schema[] {
  if (depth > MOST_DEPTH) return [];
  const inner = (one: Schema): Schema[] => branches(root, one, depth + 1);
  const name = schema.$ref?.replace("#/$defs/", "");
  const target = name === undefined ? undefined : root.$defs?.[name];
  return [
    schema,
    ...(target === undefined ? [] : inner(target)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(inner),
  ];
}

/** References go in circles: a race has steps. */
const MOST_DEPTH = 8;

function below(root: Schema, schema: Schema, key: string): Schema[] {
  if (key === ITEM) return schema.items === undefined ? [] : branches(root, schema.items);
  const named = schema.properties?.[key];
  if (named !== undefined) return branches(root, named);
  const other = schema.additionalProperties;
  return typeof other === "object" ? branches(root, other) : [];
}

/** Of several forms, those that have all the keys that are there already. */
function keysOf(schemas: readonly Schema[], siblings: readonly string[]): Suggestion[] {
  const forms = schemas.flatMap(({ properties }) => properties ?? []);
  const fitting = forms.filter((form) => siblings.every((key) => Object.hasOwn(form, key)));
  return (fitting.length > 0 ? fitting : forms).flatMap((form) =>
    Object.entries(form)
      .filter(([key]) => !siblings.includes(key))
      .map(([key, { description = "" }]) => ({ text: key, detail: description })),
  );
}

const valuesOf = (schemas: readonly Schema[]): Suggestion[] =>
  schemas.flatMap((schema) => {
    const { description = "", type } = schema;
    const words = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
    const values = type === "boolean" ? [true, false] : words;
    return values.map((value) => ({ text: String(value), detail: description }));
  });
