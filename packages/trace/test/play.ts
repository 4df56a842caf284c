/**
 * Writes a history as a picture, one event a line, and records it.
 *
 *     0 do_fork {          thread 0 calls do_fork
 *     0   lock dst.mm
 *     0   rss child +1 +2 +0
 *     0   fork 100 101
 *     0 } do_fork          and returns from it
 */
import type { KernelEvent } from "@forkpath/events";
import { createTraceRing, events, type TraceOptions, type TraceRecord } from "../src/index.ts";

const CAPACITY = 1000;

/** The records of a ring into which `picture` was played. */
export function record(picture: string, options: Partial<TraceOptions> = {}): TraceRecord[] {
  const ring = createTraceRing({ capacity: CAPACITY, ...options });
  for (const line of picture.split("\n")) {
    const [thread, ...words] = line.trim().split(/\s+/);
    if (words.length > 0) ring.emit(eventOf(words), Number(thread));
  }
  return events(ring);
}

function eventOf(words: string[]): KernelEvent {
  const [first, second, ...rest] = words;
  if (second === "{") return { kind: "call", fn: first, args: {} };
  switch (first) {
    case "}":
      return { kind: "return", fn: second, ret: 0 };
    case "lock":
    case "unlock":
      return { kind: first, lock: second, owner: "", lockClass: second, where: "copy_pte_range" };
    case "rss": {
      const [file, anon, swap] = rest.map(Number);
      return { kind: "rss", mm: second, file, anon, swap };
    }
    case "cond_resched":
      return { kind: first };
    default:
      return { kind: "task", what: first, pid: Number(second), other: Number(rest[0]) };
  }
}

/** Every cost is 0, except those given: the time of a picture is then easy to see. */
export const onlyCosts = (costs: NonNullable<TraceOptions["costs"]>): Partial<TraceOptions> => ({
  costs: { call: 0, lock: 0, unlock: 0, rss: 0, countedPage: 0, cond_resched: 0, ...costs },
});
