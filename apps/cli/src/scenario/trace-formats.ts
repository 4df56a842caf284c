/** What a trace can be written as, and which events it is made of. */
import {
  ALL_EVENTS,
  EventClass,
  toEventsText,
  toFolded,
  toFunctionGraph,
  toPerfetto,
} from "@forkpath/trace";
import type { ScenarioTrace } from "./record-trace.ts";

export const FORMATS = ["function_graph", "perfetto", "folded", "events"] as const;
export type Format = (typeof FORMATS)[number];

/** Threads of the kernel are its tasks: both go by the names of the scenario. */
const writers: Readonly<Record<Format, (trace: ScenarioTrace, remedy: string) => string>> = {
  function_graph: ({ records }, remedy) => toFunctionGraph(records, { remedy }),
  perfetto: ({ records, names }, remedy) =>
    JSON.stringify(toPerfetto(records, { threadNames: names, taskNames: names, remedy })),
  folded: ({ records }, remedy) => toFolded(records, { remedy }),
  events: ({ records }) => toEventsText(records, { columns: true }),
};

/**
 * The text of a file, without the end of its last line.
 * @param remedy what a trace that has lost its beginning advises
 */
export const writeTrace = (format: Format, trace: ScenarioTrace, remedy: string): string =>
  writers[format](trace, remedy).trimEnd();

/** Names of the event classes, as `--classes` takes them. */
const CLASSES: ReadonlyMap<string, number> = new Map(
  Object.entries(EventClass).map(([name, bit]) => [name.toLowerCase(), bit]),
);
export const CLASS_NAMES: readonly string[] = [...CLASSES.keys()];

/** The rest comes for every page or poll: a fork of a large process would show nothing else. */
export const DEFAULT_CLASSES = "call,lock,alloc,mm,task";

/** @returns the or-ed bits, or undefined when a name is of no class */
export function parseClasses(text: string): number | undefined {
  if (text === "all") return ALL_EVENTS;
  let mask = 0;
  for (const name of text.split(",")) {
    const bit = CLASSES.get(name.trim());
    if (bit === undefined) return undefined;
    mask |= bit;
  }
  return mask;
}
