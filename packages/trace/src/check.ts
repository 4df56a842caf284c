/** What must hold of every trace that a ring kept, recounted from its records. */
import type { TraceRecord } from "./ring.ts";

/**
 * One line for each mismatch: numbers rise by one, time never runs back, and on each thread the
 * returns match the calls, innermost first. A return without a call is right where the ring has
 * dropped the trace's beginning; a call without a return, where the trace stops inside it.
 * @modelOnly a recount
 * @example
 * ```ts
 * import { checkTrace } from "@forkpath/trace";
 * const event = { kind: "return", fn: "dup_mm", ret: 0 } as const; // which nobody has called
 * const [found] = checkTrace([{ seq: 0, timeNs: 0, thread: 0, event }]);
 * console.log(found); // event 0: thread 0 returns from dup_mm, inside no call
 * ```
 */
export function checkTrace(records: readonly TraceRecord[]): readonly string[] {
  const mismatches: string[] = [];
  const stacks = new Map<number, string[]>();
  records.forEach((record, index) => {
    if (index > 0) mismatches.push(...checkOrder(records[index - 1], record));
    const stack = stacks.get(record.thread) ?? [];
    stacks.set(record.thread, stack);
    if (record.event.kind === "call") stack.push(record.event.fn);
    if (record.event.kind !== "return") return;
    const called = stack.pop();
    const mayBeLost = records[0].seq > 0;
    if (called === record.event.fn || (called === undefined && mayBeLost)) return;
    mismatches.push(
      `event ${record.seq}: thread ${record.thread} returns from ${record.event.fn}, ` +
        `inside ${called ?? "no call"}`,
    );
  });
  return mismatches;
}

function checkOrder(before: TraceRecord, after: TraceRecord): string[] {
  const mismatches: string[] = [];
  if (after.seq !== before.seq + 1) {
    mismatches.push(`event ${after.seq}: follows event ${before.seq}`);
  }
  if (after.timeNs < before.timeNs) {
    mismatches.push(`event ${after.seq}: at ${after.timeNs} ns, after ${before.timeNs} ns`);
  }
  return mismatches;
}
