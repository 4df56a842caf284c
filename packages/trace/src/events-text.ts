/** The plain list: one line an event, for diffs, golden files and comparison with vectors. */
import { formatEvent } from "./format.ts";
import type { TraceRecord } from "./ring.ts";

/** What stands before each event. */
export interface EventsTextOptions {
  /** Sequence number, simulated nanoseconds and thread before each event. Off when absent. */
  readonly columns?: boolean;
}

const SEQ_WIDTH = 6;
const TIME_WIDTH = 10;

/**
 * `formatEvent` of each record, each line ended; with `columns`, `seq ns [thread]` before it.
 * @modelOnly ftrace's nearest is trace_pipe
 */
export function toEventsText(
  records: readonly TraceRecord[],
  options: EventsTextOptions = {},
): string {
  const line = options.columns ? columnsLine : plainLine;
  return records.map(line).join("");
}

const plainLine = ({ event }: TraceRecord): string => `${formatEvent(event)}\n`;

function columnsLine(record: TraceRecord): string {
  const seq = String(record.seq).padStart(SEQ_WIDTH);
  const time = String(record.timeNs).padStart(TIME_WIDTH);
  return `${seq} ${time} [${record.thread}] ${plainLine(record)}`;
}
