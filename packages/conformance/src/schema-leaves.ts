/**
 * The leaves of the schema: texts and numbers, each with the words for what it wants.
 */
import * as z from "zod";

/** The message of a leaf, whatever is wrong with the value. */
export const wanted = (what: string): { error: (issue: { input?: unknown }) => string } => ({
  error: ({ input }) => (input === undefined ? `missing, expected ${what}` : `expected ${what}`),
});

const textLike = (pattern: RegExp, what: string): z.ZodString =>
  z.string(wanted(what)).regex(pattern, wanted(what));

const wholeNumber = (least: number, most: number, what: string): z.ZodInt =>
  z.int(wanted(what)).min(least, wanted(what)).max(most, wanted(what));

const { MIN_SAFE_INTEGER: LEAST, MAX_SAFE_INTEGER: MOST } = Number;

export const hex: z.ZodString = textLike(
  /^0x[0-9a-f]{1,16}$/,
  "a lower-case hex text of at most 64 bits",
);
export const byte: z.ZodString = textLike(/^0x[0-9a-f]{2}$/, "a byte as two hex digits");
export const address: z.ZodString = textLike(
  /^0x(0|[0-9a-f]{1,9}000)$/,
  "a page-aligned address below 2^48 in hex",
);
export const flagName: z.ZodString = textLike(/^VM_[A-Z0-9_]+$/, "the name of a VM_ flag");
export const integer: z.ZodInt = wholeNumber(LEAST, MOST, "an integer");
export const count: z.ZodInt = wholeNumber(0, MOST, "a non-negative integer");
export const errno: z.ZodInt = wholeNumber(-4095, 0, "0 or a negative errno");
export const swapType: z.ZodInt = wholeNumber(0, 28, "a swap file's type, from 0 to 28");
export const text: z.ZodString = z.string(wanted("a text"));
export const flag: z.ZodBoolean = z.boolean(wanted("true or false"));

/** One of a few names. */
export const oneOf = <const Names extends readonly string[]>(
  ...names: Names
): z.ZodType<Names[number]> => z.enum(names, wanted(`one of ${names.join(", ")}`));
