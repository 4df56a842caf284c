/**
 * A bounded ring of events: the newest `capacity` of them, numbered and stamped.
 *
 * Numbers start at 0 and count every event that was emitted, so a gap at the front says how many
 * were dropped. Stamps are simulated nanoseconds from the cost table: an event stands at the time
 * at which it starts, and moves the clock by its cost. Same run, same bytes.
 */
import { expectInteger } from "@forkpath/abi";
import { ALL_EVENTS, type EventSink, type KernelEvent } from "@forkpath/events";
import { type CostTable, costOf, makeCosts } from "./cost.ts";

/** What a ring keeps. */
export interface TraceOptions {
  /** How many events are kept. */
  readonly capacity: number;
  /** Which `EventClass`es are wanted, or-ed together; all when absent. */
  readonly wants?: number;
  /** Lines of the cost table to replace. */
  readonly costs?: Partial<CostTable>;
}

/** One event as the ring kept it. */
export interface TraceRecord {
  /** Position among all events that were emitted, from 0. */
  readonly seq: number;
  /** Simulated nanoseconds since the ring was made, when the event starts. */
  readonly timeNs: number;
  /** Id of the thread that ran. */
  readonly thread: number;
  /** The event itself, as it was emitted. */
  readonly event: KernelEvent;
}

/** A sink for `attachSink`, which the functions below read. */
export interface TraceRing extends EventSink {
  /** How many events it keeps. */
  readonly capacity: number;
  /** Events so far, dropped ones included. */
  readonly emitted: number;
  /** Events that newer ones have pushed out. */
  readonly dropped: number;
  /** Simulated nanoseconds since the ring was made. */
  readonly nowNs: number;
  /** What slot `seq % capacity` holds. */
  readonly slots: {
    /** The event of each slot. */
    readonly events: readonly KernelEvent[];
    /** Id of the thread of each slot. */
    readonly threads: Int32Array;
    /** Simulated nanoseconds of each slot. */
    readonly timesNs: Float64Array;
  };
}

/** 2^24 events: some 200 MB of stamps, and already more than anybody reads. */
const MAX_CAPACITY = 2 ** 24;

class RingState implements TraceRing {
  readonly wants: number;
  readonly capacity: number;
  readonly costs: CostTable;
  readonly slots: { events: KernelEvent[]; threads: Int32Array; timesNs: Float64Array };
  emitted = 0;
  nowNs = 0;

  constructor(capacity: number, wants: number, costs: CostTable) {
    this.capacity = capacity;
    this.wants = wants;
    this.costs = costs;
    this.slots = {
      events: [],
      threads: new Int32Array(capacity),
      timesNs: new Float64Array(capacity),
    };
  }

  get dropped(): number {
    return Math.max(0, this.emitted - this.capacity);
  }

  emit(event: KernelEvent, thread: number): void {
    const slot = this.emitted++ % this.capacity;
    const { events, threads, timesNs } = this.slots;
    events[slot] = event;
    threads[slot] = thread;
    timesNs[slot] = this.nowNs;
    this.nowNs += costOf(this.costs, event);
  }
}

/**
 * An empty ring, its clock at 0.
 * @throws RangeError or TypeError unless `capacity` is from 1 to 2^24, `wants` a mask of event
 * classes, and every cost a whole number
 * @modelOnly ftrace's ring buffer, without its pages and without a buffer for each CPU
 * @example
 * ```ts
 * import { attachSink, emit } from "@forkpath/events";
 * import { createSync } from "@forkpath/sync";
 * import { createTraceRing } from "@forkpath/trace";
 * const sync = createSync();
 * const ring = createTraceRing({ capacity: 1 });
 * attachSink(sync, ring);
 * emit(sync, { kind: "flush_tlb", mm: "mm1" });
 * emit(sync, { kind: "flush_tlb", mm: "mm2" });
 * console.log(ring.emitted, ring.dropped); // 2 1
 * ```
 */
export function createTraceRing(options: TraceOptions): TraceRing {
  const { capacity, wants = ALL_EVENTS, costs = {} } = options;
  expectInteger("createTraceRing", "capacity", capacity, 1, MAX_CAPACITY);
  expectInteger("createTraceRing", "wants", wants, 0, ALL_EVENTS);
  return new RingState(capacity, wants, makeCosts("createTraceRing", costs));
}

/**
 * What the ring holds, oldest first.
 * @modelOnly reading ftrace's `trace` file
 * @example
 * ```ts
 * import { attachSink, emit } from "@forkpath/events";
 * import { createSync } from "@forkpath/sync";
 * import { createTraceRing, events } from "@forkpath/trace";
 * const sync = createSync();
 * const ring = createTraceRing({ capacity: 10 });
 * attachSink(sync, ring);
 * emit(sync, { kind: "flush_tlb", mm: "mm1" });
 * console.log(events(ring).map(({ seq, event }) => `${seq} ${event.kind}`).join()); // 0 flush_tlb
 * ```
 */
export function events(ring: TraceRing): TraceRecord[] {
  const { capacity, slots, dropped, emitted } = ring;
  const records: TraceRecord[] = [];
  for (let seq = dropped; seq < emitted; seq++) {
    const slot = seq % capacity;
    records.push({
      seq,
      timeNs: slots.timesNs[slot],
      thread: slots.threads[slot],
      event: slots.events[slot],
    });
  }
  return records;
}
