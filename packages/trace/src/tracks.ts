/** Rows of the timeline that are not function calls: counters of each mm, and lives of tasks. */
import type { KernelEvent } from "@forkpath/events";
import { type ChromeEvent, chromeEvent, Phase, type Track } from "./chrome-event.ts";

/** Viewers group rows by process: one group for the kernel's threads, one for the tasks. */
export const THREADS_PID = 1;
export const TASKS_PID = 2;

type EventOf<K extends KernelEvent["kind"]> = Extract<KernelEvent, { readonly kind: K }>;
type Rss = Pick<EventOf<"rss">, "file" | "anon" | "swap">;

/** What the rows know so far. */
export interface Tracks {
  /** Sums of the `rss` events of each mm. */
  readonly rssOf: Map<string, Rss>;
  /** Tasks that have a row, and whether they still run. */
  readonly isRunning: Map<number, boolean>;
}

/** `what` of the task events that say that `pid` made `other`. */
const BIRTHS: ReadonlySet<string> = new Set(["fork", "vfork", "clone"]);
/** `what` of the task event that ends `pid`. */
const DEATH = "exit";
const LIFE = "running";

/**
 * No row yet.
 * @modelOnly the trace event format
 */
export const createTracks = (): Tracks => ({ rssOf: new Map(), isRunning: new Map() });

/**
 * The mm's counters after one more batch, counted from the start of the trace.
 * @modelOnly the trace event format
 */
export function countRss(tracks: Tracks, event: EventOf<"rss">, timeNs: number): ChromeEvent {
  const before = tracks.rssOf.get(event.mm) ?? { file: 0, anon: 0, swap: 0 };
  const after = {
    file: before.file + event.file,
    anon: before.anon + event.anon,
    swap: before.swap + event.swap,
  };
  tracks.rssOf.set(event.mm, after);
  const group = { pid: THREADS_PID, tid: 0 };
  return chromeEvent(Phase.COUNTER, `rss ${event.mm}`, timeNs, group, { args: after });
}

/**
 * What one task event draws: the child's row with the flow that leads there from the function
 * that runs on `maker`, the end of a row, or a mark on it.
 * @modelOnly the trace event format
 */
export function drawTask(
  tracks: Tracks,
  event: EventOf<"task">,
  timeNs: number,
  maker: Track,
  flowId: number,
): ChromeEvent[] {
  const { what, pid, other } = event;
  const drawn = tracks.isRunning.has(pid) ? [] : [beginLife(tracks, pid, timeNs)];
  if (BIRTHS.has(what)) {
    const flow = { cat: "task", id: flowId };
    drawn.push(
      beginLife(tracks, other, timeNs),
      chromeEvent(Phase.FLOW_START, what, timeNs, maker, flow),
      chromeEvent(Phase.FLOW_FINISH, what, timeNs, rowOf(other), { ...flow, bp: "e" }),
    );
  } else if (what === DEATH && tracks.isRunning.get(pid)) {
    drawn.push(endLife(tracks, pid, timeNs));
  } else {
    drawn.push(chromeEvent(Phase.INSTANT, what, timeNs, rowOf(pid), { s: "t", args: { other } }));
  }
  return drawn;
}

/**
 * Ends the rows of all tasks that still run.
 * @modelOnly the trace event format
 */
export const endLives = (tracks: Tracks, timeNs: number): ChromeEvent[] =>
  [...tracks.isRunning]
    .filter(([, isRunning]) => isRunning)
    .map(([pid]) => endLife(tracks, pid, timeNs));

function beginLife(tracks: Tracks, pid: number, timeNs: number): ChromeEvent {
  tracks.isRunning.set(pid, true);
  return chromeEvent(Phase.BEGIN, LIFE, timeNs, rowOf(pid));
}

function endLife(tracks: Tracks, pid: number, timeNs: number): ChromeEvent {
  tracks.isRunning.set(pid, false);
  return chromeEvent(Phase.END, LIFE, timeNs, rowOf(pid));
}

const rowOf = (pid: number): Track => ({ pid: TASKS_PID, tid: pid });
