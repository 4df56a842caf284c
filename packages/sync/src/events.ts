/**
 * What locks, cells, calls and the allocation gate tell their listener: one small record each.
 *
 * Events leave through `AnySink`. Code tests `sync.traced & class` once for each batch or call,
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
export interface LockOfEvent {
  /** Its name, for people. */
  readonly lock: string;
  /** As in `Subject`. */
  readonly owner: string;
  /** As in `HeldLock`. */
  readonly lockClass: string;
}

/** A shared cell, for people in one text, and for programs apart. */
export interface CellOfEvent {
  /** Its name, for people. */
  readonly cell: string;
  /** As in `Subject`. */
  readonly owner: string;
  /** As in `Subject`. */
  readonly field: string;
}

/** Any event: what it is about, only its listener knows. */
export interface TraceEvent {
  /** Names the event, and so the fields that it has besides. */
  readonly kind: string;
}

/** What this package tells. */
export type SyncEvent =
  | {
      /** A function of the kernel was entered. */
      readonly kind: "call";
      /** The function, by the kernel's name. */
      readonly fn: string;
      /** Its arguments, by their names in the kernel. */
      readonly args: Readonly<Record<string, EventArg>>;
    }
  | {
      /** A function of the kernel has returned. */
      readonly kind: "return";
      /** The function, by the kernel's name. */
      readonly fn: string;
      /** What it returned; undefined for nothing. */
      readonly ret: EventArg | undefined;
    }
  | {
      /** A function was called several times, and one event tells of them all. */
      readonly kind: "calls";
      /** The function, by the kernel's name. */
      readonly fn: string;
      /** Number of calls. */
      readonly times: number;
    }
  | ({
      /** A thread has taken a lock. */
      readonly kind: "lock";
      /** The function that took it, by the kernel's name. */
      readonly where: string;
    } & LockOfEvent)
  | ({
      /** A thread has given a lock back. */
      readonly kind: "unlock";
      /** The function that gave it back, by the kernel's name. */
      readonly where: string;
    } & LockOfEvent)
  | {
      /** The allocation gate was asked. */
      readonly kind: "alloc";
      /** What should be allocated, by the kernel's name. */
      readonly what: string;
      /** Whether the gate let it pass. */
      readonly ok: boolean;
    }
  /** What a call was refused, but for single allocations; `what` is the kind of its Refusal. */
  | {
      /** A call is refused something. */
      readonly kind: "refuse";
      /** The `kind` of the Refusal. */
      readonly what: string;
      /** The refusal as a sentence. */
      readonly why: string;
    }
  | {
      /** need_resched() was asked. */
      readonly kind: "need_resched";
      /** Whether the thread should give the CPU up. */
      readonly answer: boolean;
    }
  | ({
      /** spin_needbreak() was asked. */
      readonly kind: "spin_needbreak";
      /** Whether another thread waits for the lock. */
      readonly answer: boolean;
    } & LockOfEvent)
  | {
      /** The thread offers the CPU to others, in cond_resched. */
      readonly kind: "cond_resched";
    }
  | ({
      /** A plain cell was read. */
      readonly kind: "load";
      /** What was read, unsigned. */
      readonly value: bigint;
    } & CellOfEvent)
  | ({
      /** A plain cell was written. */
      readonly kind: "store";
      /** What stands in it now, unsigned. */
      readonly value: bigint;
    } & CellOfEvent)
  | ({
      /** An atomic operation was done on a cell. */
      readonly kind: "atomic";
      /** What stands in it now, unsigned. */
      readonly value: bigint;
    } & CellOfEvent);

/** Receives events in the order in which they happen. */
export interface AnySink<Event extends TraceEvent = TraceEvent> {
  /** Which classes are wanted, or-ed together. */
  readonly wants: number;
  /**
   * Takes one event; `thread` is the id of the thread that ran. The event is the sink's to keep.
   */
  emit(event: Event, thread: number): void;
}
