/**
 * The part of the Chrome trace event format that we write, and which Perfetto and other viewers
 * read: one small object an event, times in microseconds.
 */

/** What `ph` may say here. */
export const Phase = {
  /** A slice begins. */
  BEGIN: "B",
  /** A slice ends. */
  END: "E",
  /** A moment. */
  INSTANT: "i",
  /** Values of counters from now on. */
  COUNTER: "C",
  /** An arrow begins in the slice around it. */
  FLOW_START: "s",
  /** An arrow ends. */
  FLOW_FINISH: "f",
  /** What a group or a row is called. */
  METADATA: "M",
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** Where an event is drawn: `pid` and `tid` are the viewer's names for group and row. */
export interface Track {
  /** The group: a part of the machine. */
  readonly pid: number;
  /** The row within the group. */
  readonly tid: number;
}

/** One object of the list of events, with the format's own names. */
export interface ChromeEvent extends Track {
  /** What sort of event it is: begin, end, instant, counter or flow. */
  readonly ph: Phase;
  /** What the viewer writes on it. */
  readonly name: string;
  /** Simulated microseconds. */
  readonly ts: number;
  /** Category, for the viewer's filter. */
  readonly cat?: string;
  /** Joins the two ends of a flow. */
  readonly id?: number;
  /** Width of an instant: `t` is its own row. */
  readonly s?: "t";
  /** `e` ends a flow in the slice around it, not in the next one. */
  readonly bp?: "e";
  /** Shown when the event is chosen; of a counter, its values. */
  readonly args?: Readonly<Record<string, string | number | boolean>>;
}

/** A whole file, once it is made JSON. */
export interface ChromeTrace {
  /** Events in the order of their times. */
  readonly traceEvents: readonly ChromeEvent[];
  /** The viewer shows nanoseconds. */
  readonly displayTimeUnit: "ns";
  /** Shown by viewers among what they know of the file. */
  readonly otherData: {
    /** Says that times are simulated. */
    readonly clock: string;
    /** What is missing from the beginning; left out where nothing is. */
    readonly dropped?: string;
  };
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
