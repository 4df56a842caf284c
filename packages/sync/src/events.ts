/**
 * What locks, cells, calls and the allocation gate tell their listener: one small record each.
 *
 * Events leave through `EventSink`. Code tests `sync.traced & class` once for each batch or call,
 * never for each page, and builds the record only when the sink wants its class. Packages above
 * have events and classes of their own: @forkpath/events lists them all, this package knows none.
 */
export const SyncEventClass = {
  /** Entry and return of a kernel function. */
  CALL: 1,
  /** Locks taken and given back. */
  LOCK: 2,
  /** Allocator calls. */
  ALLOC: 4,
  /** need_resched, spin_needbreak, cond_resched. */
  SCHED: 8,
  /** Single loads and stores of shared cells. */
  CELL: 64,
  /** Calls of functions too small to be told one by one, added up for each batch. */
  COUNT: 256,
} as const;

/** How many function arguments and results are plain numbers or short texts. */
export type EventArg = number | string | boolean;

/** A lock, for people in one text, and for programs apart. */
interface LockOfEvent {
  readonly lock: string;
  /** As in `Subject`. */
  readonly owner: string;
  readonly lockClass: string;
}

/** A shared cell, for people in one text, and for programs apart. */
interface CellOfEvent {
  readonly cell: string;
  /** As in `Subject`. */
  readonly owner: string;
  readonly field: string;
}

/** Any event: what it is about, only its listener knows. */
export interface TraceEvent {
  readonly kind: string;
}

export type SyncEvent =
  | {
      readonly kind: "call";
      readonly fn: string;
      readonly args: Readonly<Record<string, EventArg>>;
    }
  | { readonly kind: "return"; readonly fn: string; readonly ret: EventArg | undefined }
  | { readonly kind: "calls"; readonly fn: string; readonly times: number }
  | ({ readonly kind: "lock"; readonly where: string } & LockOfEvent)
  | ({ readonly kind: "unlock"; readonly where: string } & LockOfEvent)
  | { readonly kind: "alloc"; readonly what: string; readonly ok: boolean }
  /** What a call was refused, but for single allocations; `what` is the kind of its Refusal. */
  | { readonly kind: "refuse"; readonly what: string; readonly why: string }
  | { readonly kind: "need_resched"; readonly answer: boolean }
  | ({ readonly kind: "spin_needbreak"; readonly answer: boolean } & LockOfEvent)
  | { readonly kind: "cond_resched" }
  | ({ readonly kind: "load"; readonly value: bigint } & CellOfEvent)
  | ({ readonly kind: "store"; readonly value: bigint } & CellOfEvent)
  | ({ readonly kind: "atomic"; readonly value: bigint } & CellOfEvent);

/** Receives events in the order in which they happen. */
export interface EventSink<Event extends TraceEvent = TraceEvent> {
  /** Which classes are wanted, or-ed together. */
  readonly wants: number;
  emit(event: Event, thread: number): void;
}
