/** How an event of the catalogue reaches the sink of its machine. */
import { type AnySink, attachAnySink, type Sync } from "@forkpath/sync";
import type { KernelEvent } from "./kernel-event.ts";

/** A listener that knows what it hears. */
export type EventSink = AnySink<KernelEvent>;

/**
 * Hands one event to the sink. Callers test `sync.traced` first, so that a record is only built
 * when it is wanted.
 * @modelOnly a tracepoint
 * @example
 * ```ts
 * import { attachSink, EventClass, emit } from "@forkpath/events";
 * import { createSync } from "@forkpath/sync";
 * const sync = createSync();
 * const kinds: string[] = [];
 * attachSink(sync, { wants: EventClass.MM, emit: ({ kind }) => void kinds.push(kind) });
 * if (sync.traced & EventClass.MM) emit(sync, { kind: "flush_tlb", mm: "server" });
 * console.log(kinds.join()); // flush_tlb
 * ```
 */
export function emit(sync: Sync, event: KernelEvent): void {
  sync.sink?.emit(event, sync.current.id);
}

/**
 * Sends the machine's events to `sink` from now on; null turns tracing off.
 * @modelOnly the kernel's nearest is set_tracer
 * @example
 * ```ts
 * import { attachSink, EventClass } from "@forkpath/events";
 * import { createSync } from "@forkpath/sync";
 * const sync = createSync();
 * attachSink(sync, { wants: EventClass.MM, emit: ({ kind }) => console.log(kind) });
 * console.log(sync.traced === EventClass.MM); // true
 * ```
 */
export const attachSink: (sync: Sync, sink: EventSink | null) => void = attachAnySink;
