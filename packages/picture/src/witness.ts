/**
 * One schedule as rows to draw: what more than one thread touches, and which calls begin. The rest
 * is a number of steps.
 */
import type { KernelEvent } from "@forkpath/events";
import { PointKind, type Subject } from "@forkpath/sync";

/** What a step's point announced. */
export interface WitnessPoint {
  /** What the step does. */
  readonly kind: PointKind;
  /** Of a lock, the field is its class. */
  readonly of: Subject;
  /** For people. */
  readonly label: string;
}

/** One step of a schedule, as a watcher has recorded it. */
export interface WitnessStep {
  /** Index of the thread that took it. */
  readonly thread: number;
  /** Null for what a thread did without ever taking a step. */
  readonly point: WitnessPoint | null;
  /** The kernel function in which the step ends. */
  readonly fn: string;
  /** Locks that the thread then holds, in the order in which it took them. */
  readonly held: readonly Subject[];
  /** Whether the step took the turn from a thread that could have gone on. */
  readonly isPreemption: boolean;
  /** What the step did, and in which kernel function. */
  readonly deeds: readonly {
    /** What happened. */
    readonly event: KernelEvent;
    /** The innermost kernel function that is known. */
    readonly fn: string;
  }[];
}

/** A row that one step made. */
export interface RowOfStep {
  /** Index of the row's step; of several alike, of the first. */
  readonly step: number;
  /** Index of the thread that took it. */
  readonly thread: number;
  /** Locks that the thread holds as that step ends. */
  readonly held: readonly Subject[];
  /** Whether that step took the turn from a thread that could have gone on. */
  readonly isPreemption: boolean;
  /** How many rows alike this one stands for. */
  readonly times: number;
}

/** What a row shows. */
export type WitnessSight =
  | {
      /** What a step did, where an event tells of it. */
      readonly sort: "event";
      /** The innermost kernel function that is known. */
      readonly fn: string;
      /** What happened. */
      readonly event: KernelEvent;
      /** Whether more than one thread touches the lock or cell that it is about. */
      readonly isShared: boolean;
    }
  | {
      /** A step that no event tells of. */
      readonly sort: "point";
      /** The innermost kernel function that is known. */
      readonly fn: string;
      /** What the step announced. */
      readonly point: WitnessPoint;
      /** Whether more than one thread touches the lock or cell that it is about. */
      readonly isShared: boolean;
    }
  /** A call of the thread begins. */
  | {
      /** A system call, or another entry into the kernel. */
      readonly sort: "call";
      /** What the step announced. */
      readonly point: WitnessPoint;
    }
  /** Steps that are not shown: `times` of them. */
  | {
      /** Nothing that is shown. */
      readonly sort: "fold";
    };

/** One row: its place in the schedule, and what it shows. */
export type WitnessRow = RowOfStep & WitnessSight;

/** What is shown. */
export interface WitnessRowsOptions {
  /** Rows of everything that happened. Off by default. */
  readonly isFull?: boolean;
}

type Named = Pick<Subject, "owner" | "field">;

/**
 * Rows in the order of the steps; rows alike that follow each other in one thread are one.
 * @example
 * ```ts
 * import { witnessRows } from "@forkpath/picture";
 * console.log(witnessRows([]).length); // 0
 * ```
 */
export function witnessRows(
  steps: readonly WitnessStep[],
  { isFull = false }: WitnessRowsOptions = {},
): WitnessRow[] {
  const shared = findShared(steps);
  const isShared = (subject: Named | undefined): boolean =>
    subject !== undefined && shared.has(subjectKey(subject));
  const rows: WitnessRow[] = [];
  for (const [index, step] of steps.entries()) {
    const { thread, held, isPreemption } = step;
    for (const sight of sightsOf(step, isShared, isFull)) {
      const last = rows.at(-1);
      if (last?.thread === thread && showsAlike(last, sight)) {
        rows[rows.length - 1] = { ...last, times: last.times + 1 };
      } else {
        rows.push({ step: index, thread, held, isPreemption, times: 1, ...sight });
      }
    }
  }
  return rows;
}

/** Keys of locks, counters and other subjects that more than one thread touches. */
function findShared(steps: readonly WitnessStep[]): ReadonlySet<string> {
  const users = new Map<string, number>();
  const shared = new Set<string>();
  for (const { thread, point, deeds } of steps) {
    const subjects = deeds.map(({ event }) => subjectOf(event));
    if (point !== null && !isPause(point)) subjects.push(point.of);
    for (const subject of subjects) {
      if (subject === undefined) continue;
      const key = subjectKey(subject);
      if ((users.get(key) ?? thread) !== thread) shared.add(key);
      users.set(key, thread);
    }
  }
  return shared;
}

/** Subjects of one key are the same, as far as a witness tells them apart. */
const subjectKey = ({ owner, field }: Named): string => `${owner} ${field}`;

/** The lock or counter that an event is about. */
function subjectOf(event: KernelEvent): Named | undefined {
  if ("lock" in event) return { owner: event.owner, field: event.lockClass };
  return "cell" in event ? event : undefined;
}

/** Points that are a place to pause, and nothing that others could touch. */
const isPause = ({ kind }: WitnessPoint): boolean => PAUSES.has(kind);
const PAUSES: ReadonlySet<PointKind> = new Set([
  PointKind.ALLOC,
  PointKind.RESCHED,
  PointKind.CALL,
]);

function sightsOf(
  { point, fn, held, deeds }: WitnessStep,
  isShared: (subject: Named | undefined) => boolean,
  isFull: boolean,
): WitnessSight[] {
  const events = deeds
    .map((deed) => ({ sort: "event", ...deed, isShared: isShared(subjectOf(deed.event)) }) as const)
    .filter((sight) => isFull || sight.isShared);
  if (point?.kind === PointKind.CALL) return [{ sort: "call", point }, ...events];
  if (events.length > 0 || point === null) return events;
  // Steps on page-table entries, and on fields that are no counters, have no event. The point does
  // not say which entry it is: a table whose lock two threads take is taken for shared.
  const subject = point.of.kind === "entry" ? held.at(-1) : point.of;
  const sight = { sort: "point", fn, point, isShared: isShared(subject) } as const;
  return [!isPause(point) && (isFull || sight.isShared) ? sight : { sort: "fold" }];
}

function showsAlike(row: WitnessRow, sight: WitnessSight): boolean {
  const shown: Fields = { ...row };
  return Object.entries(sight).every(([name, value]) => isAlike(shown[name], value));
}

type Fields = Readonly<Record<string, unknown>>;

/** Two locks of one class and one owner are alike, whatever they are called. */
function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  fields.delete("lock");
  return [...fields].every((name) => isAlike((a as Fields)[name], (b as Fields)[name]));
}
