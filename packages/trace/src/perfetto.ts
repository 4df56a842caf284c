/**
 * The trace for a timeline viewer: Perfetto, chrome://tracing, speedscope.
 *
 *     forkpath   thread 0     |do_fork |copy_mm |dup_mmap        |  |    slices: function calls
 *                rss parent   ....:::::|||||||||||||||||||||||||||||    pages since the start
 *     tasks      task 100     |running                              |
 *                task 101                             `->|running   |    flow: from fork to child
 *
 * Slices are closed where the trace stops, so that every viewer accepts the file.
 */
import {
  type ChromeEvent,
  type ChromeTrace,
  chromeEvent,
  Phase,
  type Track,
} from "./chrome-event.ts";
import { type DroppedOptions, droppedNote } from "./dropped.ts";
import { formatEvent } from "./format.ts";
import type { TraceRecord } from "./ring.ts";
import { BEFORE_TRACE, type CallSpan, callSpans } from "./spans.ts";
import {
  countRss,
  createTracks,
  drawTask,
  endLives,
  TASKS_PID,
  THREADS_PID,
  type Tracks,
} from "./tracks.ts";

/** What threads and tasks are called. */
export interface PerfettoOptions extends DroppedOptions {
  /** What to call the threads, by id; `thread N` when absent. */
  readonly threadNames?: Readonly<Record<number, string>>;
  /** What to call the tasks, by pid; `task N` when absent. */
  readonly taskNames?: Readonly<Record<number, string>>;
}

/**
 * The trace as an object whose JSON text is a Chrome trace event file.
 * @modelOnly the trace event format
 */
export function toPerfetto(
  records: readonly TraceRecord[],
  options: PerfettoOptions = {},
): ChromeTrace {
  const tracks = createTracks();
  const drawn = drawRecords(records, tracks);
  const note = droppedNote(records, options);
  return {
    traceEvents: nameTracks(records, tracks, options, note).concat(drawn),
    displayTimeUnit: "ns",
    otherData: {
      clock: "simulated nanoseconds from a cost table",
      ...(note === null ? {} : { dropped: note }),
    },
  };
}

function drawRecords(records: readonly TraceRecord[], tracks: Tracks): ChromeEvent[] {
  if (records.length === 0) return [];
  const spans = callSpans(records);
  const begins = new Map(spans.map((span) => [span.startIndex, span]));
  const ends = spansByEnd(spans);
  const endNs = records[records.length - 1].timeNs;
  const lost = spans.filter(({ startIndex }) => startIndex === BEFORE_TRACE);
  const drawn = lost.map(beginSlice);
  records.forEach((record, index) => {
    const begun = begins.get(index);
    if (begun !== undefined) drawn.push(beginSlice(begun));
    else if (record.event.kind === "return") drawn.push(...(ends.get(index) ?? []).map(endSlice));
    else drawn.push(...drawEvent(record, tracks));
  });
  drawn.push(...(ends.get(records.length) ?? []).map(endSlice), ...endLives(tracks, endNs));
  return drawn;
}

/** Everything that is no call: counters and tasks have their own rows, the rest are marks. */
function drawEvent({ event, timeNs, thread, seq }: TraceRecord, tracks: Tracks): ChromeEvent[] {
  const row = threadTrack(thread);
  if (event.kind === "task") return drawTask(tracks, event, timeNs, row, seq);
  const mark = chromeEvent(Phase.INSTANT, formatEvent(event), timeNs, row, {
    cat: event.kind,
    s: "t",
  });
  return event.kind === "rss" ? [mark, countRss(tracks, event, timeNs)] : [mark];
}

/** Spans by the index at which they end, innermost first: the order in which slices close. */
function spansByEnd(spans: readonly CallSpan[]): Map<number, CallSpan[]> {
  const ends = new Map<number, CallSpan[]>();
  for (const span of spans) {
    ends.set(span.endIndex, [span, ...(ends.get(span.endIndex) ?? [])]);
  }
  return ends;
}

const beginSlice = ({ fn, startNs, thread }: CallSpan): ChromeEvent =>
  chromeEvent(Phase.BEGIN, fn, startNs, threadTrack(thread));
const endSlice = ({ fn, endNs, thread }: CallSpan): ChromeEvent =>
  chromeEvent(Phase.END, fn, endNs, threadTrack(thread));

const threadTrack = (thread: number): Track => ({ pid: THREADS_PID, tid: thread });

/** Names of groups and rows, which viewers want as events too. The note stands where all look. */
function nameTracks(
  records: readonly TraceRecord[],
  tracks: Tracks,
  { threadNames = {}, taskNames = {} }: PerfettoOptions,
  note: string | null,
): ChromeEvent[] {
  const name = (what: string, pid: number, tid: number, name: string): ChromeEvent =>
    chromeEvent(Phase.METADATA, what, 0, { pid, tid }, { args: { name } });
  const threads = [...new Set(records.map(({ thread }) => thread))];
  const tasks = [...tracks.isRunning.keys()];
  return [
    name("process_name", THREADS_PID, 0, `forkpath (${note ?? "simulated time"})`),
    ...threads.map((id) => name("thread_name", THREADS_PID, id, threadNames[id] ?? `thread ${id}`)),
    name("process_name", TASKS_PID, 0, "tasks"),
    ...tasks.map((pid) => name("thread_name", TASKS_PID, pid, taskNames[pid] ?? `task ${pid}`)),
  ];
}
