/**
 * The part of the Chrome trace event format that we write, and which Perfetto and other viewers
 * read: one small object an event, times in microseconds.
 */

/** What `ph` may say here. */
export const Phase = {
  BEGIN: "B",
  END: "E",
  INSTANT: "i",
  COUNTER: "C",
  FLOW_START: "s",
  FLOW_FINISH: "f",
  METADATA: "M",
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Where an event is drawn: `pid` and `tid` are the viewer's names for group and row. */
export interface Track {
  readonly pid: number;
  readonly tid: number;
}

export interface ChromeEvent extends Track {
  readonly ph: Phase;
  readonly name: string;
  /** Simulated microseconds. */
  readonly ts: number;
  readonly cat?: string;
  /** Joins the two ends of a flow. */
  readonly id?: number;
  /** Width of an instant: `t` is its own row. */
  readonly s?: "t";
  /** `e` ends a flow in the slice around it, not in the next one. */
  readonly bp?: "e";
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

export interface ChromeTrace {
  readonly traceEvents: readonly ChromeEvent[];
  readonly displayTimeUnit: "ns";
  /** Shown by viewers among what they know of the file. */
  readonly otherData: { readonly clock: string; readonly dropped?: string };
}

/**
 * One event at a simulated time in nanoseconds.
 * @modelOnly the trace event format
 */
export const chromeEvent = (
  ph: Phase,
  name: string,
  timeNs: number,
  { pid, tid }: Track,
  rest: Partial<ChromeEvent> = {},
): ChromeEvent => ({ ph, name, ts: timeNs / 1000, pid, tid, ...rest });
