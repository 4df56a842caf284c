/**
 * A schedule for people: a column for each thread, and a row for each thing that matters.
 *
 *     exec                                   fault
 *     acct_arg_size  load anon_rss of mm1: 10
 *                                            do_anonymous_page  load anon_rss of mm1: 10
 *                                            do_anonymous_page  store anon_rss of mm1: 11
 *     acct_arg_size  store anon_rss of mm1: 13
 *
 * What matters is what more than one thread touches; the rest is told as a number of steps.
 */
import { PointKind } from "@forkpath/sync";
import { cellText } from "./monitor.ts";
import type { Deed, SeenStep } from "./observe.ts";

export interface WitnessOptions {
  /** Columns of text that a line may have; 100 unless told. */
  readonly width?: number;
}

const DEFAULT_WIDTH = 100;
const GAP = "  ";
const FOLD = "⋮";

/** One line of a column, or steps that are not shown. */
type Row =
  | { readonly thread: number; readonly text: string }
  | { readonly thread: number; folded: number };

/** The schedule as lines; the first has the threads' names. */
export function drawWitness(
  steps: readonly SeenStep[],
  threadNames: readonly string[],
  { width = DEFAULT_WIDTH }: WitnessOptions = {},
): readonly string[] {
  const shared = findShared(steps);
  const rows = steps.flatMap((step) => rowsOf(step, shared)).reduce(fold, []);
  const cells = rows.map((row) => ({ thread: row.thread, text: textOf(row) }));
  const widest = (thread: number): number =>
    Math.max(
      threadNames[thread].length,
      ...cells.map((cell) => (cell.thread === thread ? cell.text.length : 0)),
    );
  const room = Math.floor((width + GAP.length) / threadNames.length) - GAP.length;
  const widths = threadNames.map((_, thread) => Math.min(widest(thread), room));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, thread) => clip(text, widths[thread]).padEnd(widths[thread]))
      .join(GAP)
      .trimEnd();
  return [
    line(threadNames),
    ...cells.map(({ thread, text }) =>
      line(threadNames.map((_, column) => (column === thread ? text : ""))),
    ),
  ];
}

/** Names of locks, counters and other points that more than one thread touches. */
function findShared(steps: readonly SeenStep[]): ReadonlySet<string> {
  const users = new Map<string, number>();
  const shared = new Set<string>();
  for (const { thread, point, deeds } of steps) {
    const names = deeds.map(nameOf);
    if (point !== null && !isPlace(point.kind)) names.push(point.label);
    for (const name of names) {
      if (name === undefined) continue;
      if ((users.get(name) ?? thread) !== thread) shared.add(name);
      users.set(name, thread);
    }
  }
  return shared;
}

/** Points that name a place to pause, and nothing that others could touch. */
const isPlace = (kind: number): boolean => kind === PointKind.ALLOC || kind === PointKind.RESCHED;

/** What a deed touches. */
function nameOf({ event }: Deed): string | undefined {
  if ("lock" in event) return event.lock;
  return "cell" in event ? event.cell : undefined;
}

function rowsOf({ thread, point, deeds }: SeenStep, shared: ReadonlySet<string>): Row[] {
  const rows: Row[] = deeds
    .filter((deed) => shared.has(nameOf(deed) ?? ""))
    .map((deed) => ({ thread, text: `${deed.fn}${GAP}${describeDeed(deed)}` }));
  if (rows.length > 0 || point === null) return rows;
  // Steps on page-table entries have no event of their own.
  if (!isPlace(point.kind) && shared.has(point.label)) {
    const fn = deeds.at(-1)?.fn;
    return [{ thread, text: fn === undefined ? point.label : `${fn}${GAP}${point.label}` }];
  }
  return [{ thread, folded: 1 }];
}

function describeDeed({ event, lockClass }: Deed): string {
  switch (event.kind) {
    case "load":
    case "store":
      return `${event.kind} ${cellText(event.cell)}: ${signed(event.value)}`;
    case "atomic":
      return `add to ${cellText(event.cell)}: ${signed(event.value)}`;
    case "lock":
      return lockClass === null || event.lock.includes(lockClass)
        ? `lock ${event.lock}`
        : `lock ${event.lock} (${lockClass})`;
    case "unlock":
      return `unlock ${event.lock}`;
    default:
      return event.kind;
  }
}

/** Counters below zero wrap; people want to see how far below. */
const signed = (value: bigint): string => `${BigInt.asIntN(64, value)}`;

/** Joins what is folded to the fold before it, if one thread did both. */
function fold(rows: Row[], row: Row): Row[] {
  const last = rows.at(-1);
  if ("folded" in row && last !== undefined && "folded" in last && last.thread === row.thread) {
    last.folded += row.folded;
    return rows;
  }
  return [...rows, row];
}

const textOf = (row: Row): string =>
  "text" in row ? row.text : `${FOLD} ${row.folded} ${row.folded === 1 ? "step" : "steps"}`;

const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;
