/**
 * What a trace without its beginning says of itself, in each file that shows no event numbers:
 *
 *     first 1234 events dropped: a larger ring keeps them
 *
 * A reader of the file may never have seen the program that wrote it.
 */
import type { TraceRecord } from "./ring.ts";

/** How a file tells that its beginning is missing. */
export interface DroppedOptions {
  /** What keeps the events that were dropped; `a larger ring keeps them` when absent. */
  readonly remedy?: string;
}

/** Null where nothing was dropped: events are numbered from 0. */
export function droppedNote(
  records: readonly TraceRecord[],
  { remedy = "a larger ring keeps them" }: DroppedOptions,
): string | null {
  const dropped = records.length === 0 ? 0 : records[0].seq;
  if (dropped === 0) return null;
  return `first ${dropped} ${dropped === 1 ? "event" : "events"} dropped: ${remedy}`;
}
