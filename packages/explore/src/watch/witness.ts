/**
 * A schedule for people: a column for each thread, and a row for each thing that matters.
 *
 *     exec                                    fault
 *     acct_arg_size  load anon_rss of mm1: 10
 *                                             do_anonymous_page  load anon_rss of mm1: 10
 *                                             do_anonymous_page  store anon_rss of mm1: 11
 *     acct_arg_size  store anon_rss of mm1: 13
 */
import { type WitnessStep, witnessRows } from "@forkpath/picture";
import { rowText } from "./row-text.ts";

/** A line in the column of its thread. */
interface Row {
  readonly thread: number;
  readonly text: string;
}

/** How a schedule is drawn. */
export interface WitnessOptions {
  /** Columns of text that a line may have; 100 by default. */
  readonly width?: number;
  /** Show all that happened, and not only what more than one thread touches. */
  readonly isFull?: boolean;
}

const DEFAULT_WIDTH = 100;
const GAP = "  ";

/**
 * The schedule as lines; the first has the threads' names.
 * @example
 * ```ts
 * import { drawWitness, execCharge, observe } from "@forkpath/explore";
 * const litmus = execCharge({ pages: 1, faults: 1 });
 * const { steps } = observe(litmus, "v1:ab");
 * console.log(drawWitness(steps, litmus.threadNames)[0]?.split(/ +/).join(" ")); // exec fault
 * ```
 */
export function drawWitness(
  steps: readonly WitnessStep[],
  threadNames: readonly string[],
  { width = DEFAULT_WIDTH, isFull = false }: WitnessOptions = {},
): readonly string[] {
  const rows = witnessRows(steps, { isFull }).map(
    (row): Row => ({ thread: row.thread, text: rowText(row) }),
  );
  const widths = columnWidths(rows, threadNames, width);
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => clip(text, widths[column]).padEnd(widths[column]))
      .join(GAP)
      .trimEnd();
  const body = rows.map(({ thread, text }) =>
    line(threadNames.map((_, column) => (column === thread ? text : ""))),
  );
  return [line(threadNames), ...body];
}

/** As wide as the column's longest text; all together no wider than `width`. */
function columnWidths(
  rows: readonly Row[],
  threadNames: readonly string[],
  width: number,
): number[] {
  const widths = threadNames.map((name, column) =>
    Math.max(name.length, ...rows.map(({ thread, text }) => (thread === column ? text.length : 0))),
  );
  const room = width - GAP.length * (threadNames.length - 1);
  while (widths.reduce((sum, one) => sum + one, 0) > room) {
    widths[widths.indexOf(Math.max(...widths))]--;
  }
  return widths;
}

const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
