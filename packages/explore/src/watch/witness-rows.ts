/**
 * What of a schedule is worth a row: what more than one thread touches, and which calls begin. The
 * rest is told as a number of steps.
 */
import type { KernelEvent } from "@forkpath/events";
import { PointKind } from "@forkpath/sync";
import { formatEvent } from "@forkpath/trace";
import { cellText } from "./monitor.ts";
import type { Deed, SeenStep } from "./observe.ts";
import { isCall, type SeenPoint } from "./seen-point.ts";

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
/** Label of all steps on page-table entries. */
const ENTRY = "pte";

/** Rows in the order of the steps; with `isFull`, of everything that happened. */
export function witnessRows(steps: readonly SeenStep[], isFull: boolean): Row[] {
  const shared = findShared(steps);
  const isShown = (name: string): boolean => isFull || shared.has(name);
  return steps
    .flatMap((step) => entriesOf(step, isShown, isFull))
    .reduce(addEntry, [])
    .map((entry) => ({ thread: entry.thread, text: describeEntry(entry) }));
}

/** Names of locks, counters and other points that more than one thread touches. */
function findShared(steps: readonly SeenStep[]): ReadonlySet<string> {
  const users = new Map<string, number>();
  const shared = new Set<string>();
  for (const { thread, point, deeds } of steps) {
    const names = deeds.map(({ event }) => nameOf(event));
    if (point !== null && !isPause(point.kind)) names.push(point.label);
    for (const name of names) {
      if (name === undefined) continue;
      if ((users.get(name) ?? thread) !== thread) shared.add(name);
      users.set(name, thread);
    }
  }
  return shared;
}

/** Points that are a place to pause, and nothing that others could touch. */
const isPause = (kind: number): boolean => kind === PointKind.ALLOC || kind === PointKind.RESCHED;

/** The lock or counter that an event is about. */
function nameOf(event: KernelEvent): string | undefined {
  if ("lock" in event) return event.lock;
  return "cell" in event ? event.cell : undefined;
}

function entriesOf(
  { thread, point, fn, lock, deeds }: SeenStep,
  isShown: (name: string) => boolean,
  isFull: boolean,
): Entry[] {
  const entry = (text: string, isFold = false): Entry => ({ thread, text, isFold, times: 1 });
  const entries = deeds
    .filter(({ event }) => isFull || isShown(nameOf(event) ?? ""))
    .map((deed) => entry(describeDeed(deed)));
  if (point !== null && isCall(point)) return [entry(point.label), ...entries];
  if (entries.length > 0 || point === null) return entries;
  // Steps on page-table entries, and on fields that are no counters, have no event. Which entry it
  // is, the point does not say; its table's lock tells whether it is anybody else's, too.
  const name = point.label === ENTRY ? (lock ?? "") : point.label;
  if (isPause(point.kind) || !isShown(name)) return [entry("step", true)];
  return [entry(`${fn}${GAP}${describePoint(point)}`)];
}

const VERBS: Readonly<Record<number, string>> = {
  [PointKind.LOAD]: "load ",
  [PointKind.STORE]: "store ",
  [PointKind.WAIT]: "wait for ",
};

/** An entry is read and written in one step. */
const describePoint = ({ kind, label }: SeenPoint): string =>
  label === ENTRY ? label : `${VERBS[kind] ?? ""}${label}`;

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
  const what = describeEvent(deed);
  return kind === "call" || kind === "return" ? what : `${deed.fn}${GAP}${what}`;
}

function describeEvent({ event, lockClass }: Deed): string {
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
      return formatEvent(event);
  }
}

/** Counters below zero wrap; people want to see how far below. */
const signed = (value: bigint): string => `${BigInt.asIntN(64, value)}`;
