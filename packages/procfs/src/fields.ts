/**
 * Texts of named lines: status, smaps, smaps_rollup, meminfo.
 *
 * The order of the lines is kept, so that what was read is printed as it was; a field that nobody
 * knows is kept too.
 */
import { signedNumber, unsignedText } from "./numbers.ts";
import { ProcError, quoted, type TextPlace } from "./proc-error.ts";

/** A text of named lines, taken apart. */
export interface Fields {
  /** Fields, in the order of the text. */
  readonly order: readonly string[];
  /** By field: kB; a plain number where the line has no unit (THPeligible, HugePages_Total). */
  readonly rows: Readonly<Record<string, number>>;
  /** By field: what stands behind the colon of every other line, as it is. */
  readonly texts: Readonly<Record<string, string>>;
}

/** What stands behind a field's number: undefined for a field that is unknown. */
export type UnitOf = (field: string) => " kB" | "" | undefined;

/** `Rss`, `Active(anon)`, `x86_Thread_features`. */
const FIELD = /^([A-Za-z][\w()-]*):(.*)$/s;
const NUMBER = /^[ \t]*(\d+)( kB)?$/;

/** One that is being read. */
export interface GrowingFields {
  readonly order: string[];
  readonly rows: Record<string, number>;
  readonly texts: Record<string, string>;
}

export const emptyFields = (): GrowingFields => ({ order: [], rows: {}, texts: {} });

/**
 * Adds a line of the form `Field: text`. One of an unknown field is a number if it says kB.
 * @throws ProcError where it has no field, or one that was there before, or a number that is none
 */
export function addField(to: GrowingFields, text: string, place: TextPlace, unitOf: UnitOf): void {
  const found = FIELD.exec(text);
  if (found === null) {
    throw new ProcError({ ...place, wanted: "a field and a colon", got: quoted(text) });
  }
  const [, field, rest] = found;
  if (Object.hasOwn(to.rows, field) || Object.hasOwn(to.texts, field)) {
    throw new ProcError({ ...place, wanted: `one line ${field}`, got: "a second one" });
  }
  to.order.push(field);
  const [, digits = "", unit = ""] = NUMBER.exec(rest) ?? [];
  const wanted = unitOf(field);
  if (wanted === undefined && unit === "") {
    to.texts[field] = rest;
    return;
  }
  const value = signedNumber(digits);
  if (Number.isNaN(value) || unit !== (wanted ?? unit)) {
    const number = `a number${wanted ?? unit} behind ${field}`;
    throw new ProcError({ ...place, wanted: number, got: quoted(rest.trim()) });
  }
  to.rows[field] = value;
}

/**
 * The fields that `order` names, as far as there are any, in its order: with
 * `Layouts.statusFields`, what one release prints.
 */
export function arranged<Of extends Fields>(fields: Of, order: readonly string[]): Of {
  const has = (field: string): boolean =>
    field === "VmFlags" || Object.hasOwn(fields.rows, field) || Object.hasOwn(fields.texts, field);
  return { ...fields, order: order.filter(has) };
}

/** Every line in its order; `lineOf` prints those with a number. */
export function printFields(
  { order, rows, texts }: Fields,
  lineOf: (field: string, value: number) => string,
): string {
  const lines = order.map((field) =>
    Object.hasOwn(rows, field) ? lineOf(field, rows[field]) : `${field}:${texts[field]}`,
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** `Rss:                 380 kB`: the field is padded, and the number right-aligned. */
export const columnLine = (
  field: string,
  value: number,
  unit: string,
  fieldWidth: number,
  valueWidth: number,
): string => `${`${field}:`.padEnd(fieldWidth)}${unsignedText(value).padStart(valueWidth)}${unit}`;
