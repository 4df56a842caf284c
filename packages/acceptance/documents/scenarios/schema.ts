/** The JSON Schema of scenarios, as far as the page about the language needs it. */
import { scenarioJsonSchema } from "@forkpath/scenario";

export interface Json {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Json[];
  readonly items?: Json;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Keys;
  readonly additionalProperties?: Json | boolean;
  readonly required?: readonly string[];
}

export type Keys = Readonly<Record<string, Json>>;

interface Language extends Json {
  readonly properties: Keys;
  readonly $defs: Keys;
}

const language = JSON.parse(scenarioJsonSchema()) as Language;
const { $defs, properties: top } = language;
const stepForms = $defs.step.anyOf!;
const subjectForms = $defs.expectation.anyOf!;

/** Keys that all forms have. */
function common(forms: readonly Json[]): readonly string[] {
  const [first, ...rest] = forms.map((form) => Object.keys(form.properties!));
  return first!.filter((key) => rest.every((keys) => keys.includes(key)));
}

const STEP_KEYS = common(stepForms);
const EXPECTATION_KEYS = common(subjectForms);

const process = (top.processes.additionalProperties as Json).anyOf![0]!;

const some = ({ properties }: Json, keys: readonly string[]): Json => ({
  properties: Object.fromEntries(keys.map((key) => [key, properties![key]!])),
});

/** Objects of the language, by the name that the page's template calls them. */
export const OBJECTS: Keys = {
  scenario: language,
  machine: $defs.machine,
  overcommit: $defs.machine.properties!.overcommit!.anyOf!.find((one) => one.properties)!,
  process,
  limits: process.properties!.limits!,
  mapping: $defs.mapping,
  step: some(stepForms[0]!, STEP_KEYS),
  expectation: some(subjectForms[0]!, EXPECTATION_KEYS),
  cure: top.cure,
};

const without = (form: Json, keys: readonly string[]): Json => ({
  ...form,
  ...some(
    form,
    Object.keys(form.properties!).filter((key) => !keys.includes(key)),
  ),
});

const firstKey = ({ properties }: Json): string => Object.keys(properties!)[0]!;

/** Each verb's own keys. The first one is the verb. */
export const VERB_FORMS: ReadonlyMap<string, Json> = new Map(
  stepForms.map((form) => [firstKey(form), without(form, STEP_KEYS)]),
);

/** Each subject's own keys. The machine has no key that names it. */
export const SUBJECT_FORMS: ReadonlyMap<string, Json> = new Map(
  subjectForms.map((form) => {
    const own = without(form, EXPECTATION_KEYS);
    return [form.properties!.committed ? "machine" : firstKey(form), own];
  }),
);

/** Values that have a name in the schema. */
const NAMED: Readonly<Record<string, string>> = {
  size: "[amount](#amounts)",
  sizeOrNone: "[amount](#amounts), or 0",
  signedSize: "[amount](#amounts), negative to shrink",
  limit: "[amount](#amounts) or `unlimited`",
  name: "[name](#names)",
  path: "[path](#names)",
  address: "[address](#names)",
  pages: "[pages](#places)",
  place: "[place](#places)",
  placeOrProcess: "[place](#places) or process",
  on: "[releases](#releases)",
  failures: "an error, or [releases](#releases) for each",
  rules: "a release or `{ cures: … }` for each rule",
  machine: "[keys](#machine)",
  mapping: "[mapping](#mappings)",
  step: "[step](#steps)",
  action: "[step](#steps)",
  expectation: "[expectation](#expect)",
  "wanted-kB": "kB",
  "wanted-pages": "pages",
  "wanted-count": "number",
};
/** A list that is longer is said in words. */
const MOST_WORDS = 30;
/** An object that has more keys has a table of its own. */
const MOST_LISTED = 3;
const MOST_NUMBER = 2 ** 31 - 1;

/** What a key may hold, for a table. @throws Error for a shape that has no words yet */
export function valueText(value: Json): string {
  if (value.$ref !== undefined) return namedText(value.$ref.replace("#/$defs/", ""));
  if (value.const !== undefined) return `\`${value.const}\``;
  if (value.enum !== undefined) return wordsText(value.enum);
  if (value.anyOf !== undefined) return [...new Set(value.anyOf.map(valueText))].join(" or ");
  if (Array.isArray(value.type)) return "value";
  switch (value.type) {
    case "boolean":
      return "`true` or `false`";
    case "integer":
      return numberText(value);
    case "array":
      return `list of ${valueText(value.items!)}`;
    case "object":
      return objectText(value);
    case "string":
      return "text";
    case "number":
      return "number";
    case "null":
      return "nothing";
    default:
      throw new Error(`no words for ${JSON.stringify(value)}`);
  }
}

function namedText(name: string): string {
  const text = NAMED[name];
  if (text === undefined) throw new Error(`no words for the value ${name}`);
  return text;
}

const wordsText = (words: readonly unknown[]): string =>
  words.length > MOST_WORDS ? "the name of one" : words.map((word) => `\`${word}\``).join(", ");

function numberText({ minimum = 0, maximum = MOST_NUMBER }: Json): string {
  return maximum >= MOST_NUMBER ? `number from ${minimum} on` : `number, ${minimum} to ${maximum}`;
}

function objectText({ properties, additionalProperties }: Json): string {
  if (properties !== undefined) return listed(Object.keys(properties));
  return typeof additionalProperties === "object"
    ? `by name: ${valueText(additionalProperties)}`
    : "keys";
}

/** `{ size: …, priority: … }` */
const listed = (keys: readonly string[]): string =>
  keys.length > MOST_LISTED
    ? "keys of its own"
    : `\`{ ${keys.map((key) => `${key}: …`).join(", ")} }\``;
