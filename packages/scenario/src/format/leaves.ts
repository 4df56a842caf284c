/**
 * The values that a scenario is made of, as schemas: each says in words what it wants.
 *
 * A message names what was wanted only; the reporter adds what came, and where.
 */
import { PAGE_SIZE } from "@forkpath/abi";
import * as z from "zod/mini";
import { AMOUNT_PATTERN, amountBytes, parseAmount, UnitBytes } from "./amount.ts";
import { NAME_PATTERN, type Place, parsePlace } from "./place.ts";
import { ALL_PAGES, parseSelection, SELECTION_PATTERN, type Selection } from "./selection.ts";

/** A schema that takes `input`, says `what` it wants, and hands on what `parse` makes of it. */
export function leaf<In, Out>(
  input: z.ZodMiniType<In>,
  what: string,
  parse: (value: In) => Out | undefined,
): z.ZodMiniType<Out> {
  return z.pipe(
    input,
    z.transform((value: In, { issues }): Out => {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
      issues.push({ code: "custom", message: what, input: value });
      return z.NEVER;
    }),
  );
}

/** The same schema, with what an editor shows beside it. */
function withHelp<Out>(schema: z.ZodMiniType<Out>, help: z.core.GlobalMeta): z.ZodMiniType<Out> {
  const helped = schema.clone();
  z.globalRegistry.add(helped, help);
  return helped;
}

/** Gives a schema a name, under which the JSON Schema has it once. */
export const named = <Out>(id: string, schema: z.ZodMiniType<Out>): z.ZodMiniType<Out> =>
  withHelp(schema, { id });

/** One of several shapes, with one message for all of them. */
export const either = <In>(what: string, ...shapes: z.ZodMiniType<In>[]): z.ZodMiniType<In> =>
  z.union(shapes, { error: () => what });

const numberOrText = (what: string, pattern: RegExp): z.ZodMiniType<number | string> =>
  either<number | string>(
    what,
    z.number(),
    z.string().check(z.regex(pattern, { error: () => what })),
  );

const SIZE = "a size such as 12M, 3 pages or 4096 (bytes)";
const LIMIT = "a size such as 12M, 3 pages or 4096 (bytes), up to 4096T, or unlimited";
const PAGES = "pages such as all, 50%, 3 pages, 7 or 0..255";
const PLACE = "a process, a mapping and pages, such as: worker1 heap 0..255";

export const name: z.ZodMiniType<string> = named(
  "name",
  z.string().check(
    z.regex(NAME_PATTERN, {
      error: () => "a name of letters, digits and _ . - that does not begin with a digit",
    }),
  ),
);

export const path: z.ZodMiniType<string> = named(
  "path",
  z.string().check(
    z.regex(/^\/\S+$/, {
      error: () => "a path that begins with /",
    }),
  ),
);

export const yes: z.ZodMiniType<boolean> = z.boolean({ error: () => "true or false" });

/** A whole number from `least` to `most`. */
export const integer = (least: number, most: number): z.ZodMiniType<number> => {
  const what = `a whole number from ${least} to ${most}`;
  const error = (): string => what;
  return z.int({ error }).check(z.minimum(least, { error }), z.maximum(most, { error }));
};

/** One of some words, or of some numbers that stand for them. */
export const oneOf = <const Word extends string>(...words: readonly Word[]): z.ZodMiniType<Word> =>
  z.enum(words, { error: () => `one of ${words.join(", ")}` });

/** Pages: more than an address can say, and few enough for all that is counted with them. */
const MOST_PAGES = 2 ** 40;
const MOST_SIZE = "a size of at most 4096T";

/** Values of `schema` up to `most` of either sign; `what` says so. */
export const upTo = (
  most: number,
  what: string,
  schema: z.ZodMiniType<number>,
): z.ZodMiniType<number> =>
  leaf(schema, what, (value) => (Math.abs(value) > most ? undefined : value));

/** Whole pages of at least `least` bytes; a part of a page counts as one. */
const pagesOfSize = (least: bigint): z.ZodMiniType<number> =>
  upTo(
    MOST_PAGES,
    MOST_SIZE,
    leaf(numberOrText(SIZE, AMOUNT_PATTERN), SIZE, (value) => {
      const amount = parseAmount(value);
      const bytes = amount === undefined ? -1n : amountBytes(amount, UnitBytes.byte);
      return bytes < least ? undefined : Number((bytes + UnitBytes.page - 1n) / UnitBytes.page);
    }),
  );

/** Pages, at least one. */
export const size: z.ZodMiniType<number> = named("size", pagesOfSize(1n));
/** Pages, perhaps none. */
export const sizeOrNone: z.ZodMiniType<number> = named("sizeOrNone", pagesOfSize(0n));

/** Pages of a swap area: its slots, the header among them, fit a word with a sign. */
export const swapSize: z.ZodMiniType<number> = upTo(
  2 ** 31 - 1,
  "a swap area of less than 8T",
  size,
);

/** Bytes; Infinity for `unlimited`. */
export const limit: z.ZodMiniType<number> = named(
  "limit",
  leaf(numberOrText(LIMIT, new RegExp(`^unlimited$|${AMOUNT_PATTERN.source}`)), LIMIT, (value) => {
    if (value === "unlimited") return Number.POSITIVE_INFINITY;
    const amount = parseAmount(value);
    const bytes = amount === undefined ? -1 : Number(amountBytes(amount, UnitBytes.byte));
    return bytes < 0 || bytes > MOST_PAGES * PAGE_SIZE ? undefined : bytes;
  }),
);

/** Bytes, where growing and shrinking have a sign. */
export const signedSize: z.ZodMiniType<number> = named(
  "signedSize",
  upTo(
    MOST_PAGES * PAGE_SIZE,
    MOST_SIZE,
    leaf(numberOrText(SIZE, AMOUNT_PATTERN), SIZE, (value) => {
      const amount = parseAmount(value);
      return amount === undefined ? undefined : Number(amountBytes(amount, UnitBytes.byte));
    }),
  ),
);

export const address: z.ZodMiniType<number> = named(
  "address",
  leaf(
    either<number | string>(
      "an address in hex",
      z.number(),
      z.string().check(z.regex(/^0x[0-9a-f]+$/i)),
    ),
    "an address on a page boundary, such as 0x7f0000000000",
    (value) => {
      const bytes = Number(value);
      return Number.isSafeInteger(bytes) && bytes >= 0 && bytes % PAGE_SIZE === 0
        ? bytes
        : undefined;
    },
  ),
);

const onePart: z.ZodMiniType<number | string> = numberOrText(PAGES, SELECTION_PATTERN);

export const pages: z.ZodMiniType<readonly Selection[]> = named(
  "pages",
  leaf(
    either<number | string | (number | string)[]>(PAGES, onePart, z.array(onePart)),
    PAGES,
    parseSelection,
  ),
);

const speltOut = z.strictObject({
  process: name,
  mapping: z.exactOptional(name),
  pages: z.exactOptional(pages),
});

/** A place, or a process for everything that it maps. */
export const placeOrProcess: z.ZodMiniType<Place> = named(
  "placeOrProcess",
  leaf(either<string | z.output<typeof speltOut>>(PLACE, z.string(), speltOut), PLACE, (value) => {
    if (typeof value === "string") return parsePlace(value);
    const { process, mapping = null, pages: chosen = ALL_PAGES } = value;
    return { process, mapping, pages: chosen };
  }),
);

/** Pages of a mapping that is named. */
export const place: z.ZodMiniType<Place> = named(
  "place",
  leaf(placeOrProcess, PLACE, (value) => (value.mapping === null ? undefined : value)),
);

/** Adds what an editor shows. */
export const about = <Out>(
  schema: z.ZodMiniType<Out>,
  description: string,
  ...examples: readonly unknown[]
): z.ZodMiniType<Out> => {
  return withHelp(schema, examples.length === 0 ? { description } : { description, examples });
};
