/**
 * Everything that happened in one run, in order: what a vector's counts and trace are read from.
 *
 * The harness that recorded the vectors adds lines of its own (`vma 0`, `ret 0`, `hook …`); they
 * stand between the kernel's events as texts.
 */
import type { KernelEvent } from "@forkpath/events";
import { formatEvent } from "@forkpath/trace";

type Kind = KernelEvent["kind"];
type EventOf<K extends Kind> = Extract<KernelEvent, { readonly kind: K }>;

export interface EventLog {
  readonly entries: readonly (KernelEvent | string)[];
  emit(event: KernelEvent): void;
  /** Adds a line of the harness. */
  note(line: string): void;
}

/** Things that a model may tell and the vectors do not record as lines. */
const UNRECORDED: ReadonlySet<Kind> = new Set<Kind>(["page", "flush_tlb", "calls", "refuse"]);

export function createEventLog(): EventLog {
  const entries: (KernelEvent | string)[] = [];
  return {
    entries,
    emit: (event) => void entries.push(event),
    note: (line) => void entries.push(line),
  };
}

/** The events of one kind, in order. */
export const eventsOf = <K extends Kind>(log: EventLog, kind: K): EventOf<K>[] =>
  log.entries.filter(
    (entry): entry is EventOf<K> => typeof entry !== "string" && entry.kind === kind,
  );

/** The trace in the words of SCHEMA.md. */
export const traceLines = (log: EventLog): string[] =>
  log.entries.flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    return UNRECORDED.has(entry.kind) ? [] : [formatEvent(entry)];
  });
