/**
 * The data of the package, with its types.
 *
 * The texts are the package's own and its tests hold them to the schema, so they are not validated
 * again here; a line from anywhere else goes through `parseVector`. Nothing is kept between calls.
 */
import type { CounterData } from "./counter-sequences.ts";
import { countersText, swapEncodingText, vectorsText } from "./data.ts";
import type { SwapEncoding } from "./swap-encoding.ts";
import type { Vector } from "./vector.ts";

/** A table as the file stores it: its column names once, then the rows. */
interface ColumnTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * The 458 public vectors: one fork or zap each.
 * @example
 * ```ts
 * import { loadVectors } from "@forkpath/conformance";
 * console.log(loadVectors().length, loadVectors()[0]?.id); // 458 pub-0000
 * ```
 */
export const loadVectors = (): readonly Vector[] =>
  vectorsText()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Vector);

/**
 * The counter macros: 73 sequences, and 9 tables of two CPUs interleaved.
 * @example
 * ```ts
 * import { loadCounters } from "@forkpath/conformance";
 * console.log(loadCounters().sequences.length); // 73
 * ```
 */
export const loadCounters = (): CounterData => JSON.parse(countersText()) as CounterData;

/**
 * Swap entries, PTE helpers, the swap map's arithmetic and the table walk.
 * @example
 * ```ts
 * import { loadSwapEncoding } from "@forkpath/conformance";
 * console.log(loadSwapEncoding().constants.MAX_SWAPFILES); // 29
 * ```
 */
export function loadSwapEncoding(): SwapEncoding {
  const file = JSON.parse(swapEncodingText());
  return { ...file, entries: nameColumns(file.entries), pteHelpers: nameColumns(file.pteHelpers) };
}

const nameColumns = ({ columns, rows }: ColumnTable): readonly Record<string, unknown>[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
