/** What a trace can be written as, and which events it is made of. */
import { EventClass } from "@forkpath/sync";
import {
  type TraceRecord,
  toEventsText,
  toFolded,
  toFunctionGraph,
  toPerfetto,
} from "@forkpath/trace";

export const FORMATS = ["function_graph", "perfetto", "folded", "events"] as const;
export type Format = (typeof FORMATS)[number];

/** Ends each line, but for the last. */
const writers: Readonly<Record<Format, (records: readonly TraceRecord[]) => string>> = {
  function_graph: (records) => toFunctionGraph(records).trimEnd(),
  perfetto: (records) => JSON.stringify(toPerfetto(records)),
  folded: (records) => toFolded(records).trimEnd(),
  events: (records) => toEventsText(records, { columns: true }).trimEnd(),
};

export const writeTrace = (format: Format, records: readonly TraceRecord[]): string =>
  writers[format](records);

/** Names of the event classes, as `--classes` takes them. */
const CLASSES: ReadonlyMap<string, number> = new Map(
  Object.entries(EventClass).map(([name, bit]) => [name.toLowerCase(), bit]),
);
export const CLASS_NAMES: readonly string[] = [...CLASSES.keys()];

/** The rest comes for every page or poll: a fork of a large process would show nothing else. */
export const DEFAULT_CLASSES = "call,lock,alloc,mm,task";

/** @returns the or-ed bits, or undefined when a name is of no class */
export function parseClasses(text: string): number | undefined {
  if (text === "all") return [...CLASSES.values()].reduce((mask, bit) => mask | bit, 0);
  let mask = 0;
  for (const name of text.split(",")) {
    const bit = CLASSES.get(name.trim());
    if (bit === undefined) return undefined;
    mask |= bit;
  }
  return mask;
}
