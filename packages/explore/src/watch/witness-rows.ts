/**
 * What of a schedule is worth a row: what more than one thread touches, and which calls begin. The
 * rest is a number of steps.
 */
import type { KernelEvent } from "@forkpath/events";
import { PointKind, type Subject } from "@forkpath/sync";
import { formatEvent } from "@forkpath/trace";
import { counterText } from "./monitor.ts";
import type { Deed, SeenStep } from "./observe.ts";
import { isCall, type SeenPoint, subjectKey } from "./seen-point.ts";

type Named = Pick<Subject, "owner" | "field">;

/** A line in the column of its thread. */
export interface Row {
  readonly thread: number;
  readonly text: string;
}

/** A row, or steps that are not shown; the same row several times is one. */
interface Entry extends Row {
  readonly isFold: boolean;
  times: number;
}

const GAP = "  ";

/** Rows in the order of the steps; with `isFull`, of everything that happened. */
export function witnessRows(steps: readonly SeenStep[], isFull: boolean): Row[] {
  const shared = findShared(steps);
  const isShown = (subject: Named | undefined): boolean =>
    isFull || (subject !== undefined && shared.has(subjectKey(subject)));
  return steps
    .flatMap((step) => entriesOf(step, isShown, isFull))
    .reduce(addEntry, [])
    .map((entry) => ({ thread: entry.thread, text: describeEntry(entry) }));
}

/** Keys of locks, counters and other subjects that more than one thread touches. */
function findShared(steps: readonly SeenStep[]): ReadonlySet<string> {
  const users = new Map<string, number>();
  const shared = new Set<string>();
  for (const { thread, point, deeds } of steps) {
    const subjects = deeds.map(({ event }) => subjectOf(event));
    if (point !== null && !isPause(point.kind)) subjects.push(point.of);
    for (const subject of subjects) {
      if (subject === undefined) continue;
      const key = subjectKey(subject);
      if ((users.get(key) ?? thread) !== thread) shared.add(key);
      users.set(key, thread);
    }
  }
  return shared;
}

/** Points that are a place to pause, and nothing that others could touch. */
const isPause = (kind: PointKind): boolean => PAUSES.has(kind);
const PAUSES: ReadonlySet<PointKind> = new Set([
  PointKind.ALLOC,
  PointKind.RESCHED,
  PointKind.CALL,
]);

/** The lock or counter that an event is about. */
function subjectOf(event: KernelEvent): Named | undefined {
  if ("lock" in event) return { owner: event.owner, field: event.lockClass };
  return "cell" in event ? event : undefined;
}

function entriesOf(
  { thread, point, fn, lock, deeds }: SeenStep,
  isShown: (subject: Named | undefined) => boolean,
  isFull: boolean,
): Entry[] {
  const entry = (text: string, isFold = false): Entry => ({ thread, text, isFold, times: 1 });
  const entries = deeds
    .filter(({ event }) => isFull || isShown(subjectOf(event)))
    .map((deed) => entry(describeDeed(deed)));
  if (point !== null && isCall(point)) return [entry(point.label), ...entries];
  if (entries.length > 0 || point === null) return entries;
  // Steps on page-table entries, and on fields that are no counters, have no event. The point does
  // not say which entry it is: a table whose lock two threads take is taken for shared.
  const subject = isEntry(point) ? lock : point.of;
  if (isPause(point.kind) || !isShown(subject)) return [entry("step", true)];
  return [entry(`${fn}${GAP}${describePoint(point)}`)];
}

const VERBS: Readonly<Record<number, string>> = {
  [PointKind.LOAD]: "load ",
  [PointKind.STORE]: "store ",
  [PointKind.WAIT]: "wait for ",
};

/** An entry is read and written in one step. */
const describePoint = (point: SeenPoint): string =>
  isEntry(point) ? point.label : `${VERBS[point.kind] ?? ""}${point.label}`;

const isEntry = ({ of }: SeenPoint): boolean => of.kind === "entry";

function addEntry(entries: Entry[], entry: Entry): Entry[] {
  const last = entries.at(-1);
  if (last?.text !== entry.text || last.thread !== entry.thread) return [...entries, entry];
  last.times++;
  return entries;
}

function describeEntry({ text, isFold, times }: Entry): string {
  if (isFold) return `⋮ ${times} ${times === 1 ? text : `${text}s`}`;
  return times === 1 ? text : `${text} (${times} times)`;
}

/** The function and what it did; a call or a return names the function itself. */
function describeDeed(deed: Deed): string {
  const { kind } = deed.event;
  const what = describeEvent(deed.event);
  return kind === "call" || kind === "return" ? what : `${deed.fn}${GAP}${what}`;
}

function describeEvent(event: KernelEvent): string {
  switch (event.kind) {
    case "load":
    case "store":
      return `${event.kind} ${counterText(event)}: ${signed(event.value)}`;
    case "atomic":
      return `add to ${counterText(event)}: ${signed(event.value)}`;
    case "lock":
    case "unlock":
      return `${event.kind} ${lockText(event)}`;
    default:
      return formatEvent(event);
  }
}

/** `page_table_lock of mm1`, or `swap_lock`, of which there is one. */
const lockText = ({ owner, lockClass }: { owner: string; lockClass: string }): string =>
  owner === "" ? lockClass : `${lockClass} of ${owner}`;

/** Counters below zero wrap; people want to see how far below. */
const signed = (value: bigint): string => `${BigInt.asIntN(64, value)}`;
