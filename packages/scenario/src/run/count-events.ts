/** How many events are of a kind, and have the fields that are asked for. */
import type { KernelEvent } from "@forkpath/events";

export interface EventPattern {
  readonly kind: string;
  /** A field's text, or with `*` at its end or its start, a part of it. */
  readonly fields: ReadonlyMap<string, string>;
}

export const countEvents = (events: readonly KernelEvent[], pattern: EventPattern): number =>
  events.filter((event) => matches(event, pattern)).length;

function matches(event: KernelEvent, { kind, fields }: EventPattern): boolean {
  if (event.kind !== kind) return false;
  const values = event as unknown as Readonly<Record<string, unknown>>;
  return [...fields].every(([name, wanted]) => isLike(String(values[name]), wanted));
}

function isLike(text: string, wanted: string): boolean {
  if (wanted.startsWith("*")) return text.endsWith(wanted.slice(1));
  if (wanted.endsWith("*")) return text.startsWith(wanted.slice(0, -1));
  return text === wanted;
}
