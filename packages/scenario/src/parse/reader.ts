/**
 * Reads data that fit a schema, without looking whether they do: for a program that made them after
 * the schema itself. What comes out is what `parse` gives.
 */
import * as z from "zod/mini";

type Read = (value: unknown) => unknown;

/**
 * What is no object of keys, no choice of plain shapes and nothing made of these, is parsed.
 * @modelOnly the language of scenarios
 */
export const readerOf = <Out>(schema: z.ZodMiniType<Out>): ((value: unknown) => Out) =>
  compile(schema) as (value: unknown) => Out;

const asItIs: Read = (value) => value;

function compile(schema: z.core.$ZodType): Read {
  if (isPlain(schema)) return asItIs;
  if (schema instanceof z.ZodMiniObject) return readKeys(schema.shape);
  if (schema instanceof z.ZodMiniPipe) return inTurn(schema._zod.def.in, schema._zod.def.out);
  if (schema instanceof z.ZodMiniTransform) {
    const { transform } = schema._zod.def;
    return (value) => transform(value, { value, issues: [] });
  }
  if (schema instanceof z.ZodMiniDefault) return compile(schema._zod.def.innerType);
  if (schema instanceof z.ZodMiniExactOptional) return compile(schema._zod.def.innerType);
  if (schema instanceof z.ZodMiniRecord) return readEach(compile(schema._zod.def.valueType));
  if (schema instanceof z.ZodMiniNullable) {
    const read = compile(schema._zod.def.innerType);
    return (value) => (value === null ? null : read(value));
  }
  const parse: Read = (value) => z.parse(schema, value);
  if (!(schema instanceof z.ZodMiniUnion)) return parse;
  // A shape that takes no value but an object has no say in what becomes of another.
  const areOthersPlain = schema._zod.def.options.every(
    (one) => isPlain(one) || one instanceof z.ZodMiniObject || one instanceof z.ZodMiniArray,
  );
  return areOthersPlain ? (value) => (typeof value === "object" ? parse(value) : value) : parse;
}

/** What it takes comes out as it went in. */
const isPlain = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.ZodMiniString ||
  schema instanceof z.ZodMiniNumber ||
  schema instanceof z.ZodMiniBoolean ||
  schema instanceof z.ZodMiniEnum ||
  schema instanceof z.ZodMiniLiteral;

function inTurn(first: z.core.$ZodType, second: z.core.$ZodType): Read {
  const [readFirst, readSecond] = [compile(first), compile(second)];
  return (value) => readSecond(readFirst(value));
}

/** A value under each key, whatever it is called. */
const readEach =
  (read: Read): Read =>
  (value) =>
    Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, read(one)]));

/** Keys that are not there have their default, or are left out. */
function readKeys(shape: z.core.$ZodShape): Read {
  const readers = new Map<string, Read>();
  const defaults: [key: string, schema: z.core.$ZodDefault][] = [];
  for (const [key, schema] of Object.entries(shape)) {
    readers.set(key, compile(schema));
    if (schema instanceof z.ZodMiniDefault) defaults.push([key, schema]);
  }
  return (value) => {
    const given = value as Readonly<Record<string, unknown>>;
    const read: Record<string, unknown> = {};
    for (const key in given) {
      const one = given[key];
      const reader = readers.get(key);
      if (reader !== undefined && one !== undefined) read[key] = reader(one);
    }
    for (const [key, schema] of defaults) {
      if (given[key] === undefined) read[key] = schema._zod.def.defaultValue;
    }
    return read;
  };
}
