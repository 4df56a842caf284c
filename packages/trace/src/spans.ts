/**
 * Function calls as spans: when each began and ended, and inside which other one.
 *
 * A ring forgets its oldest events and a thread can stop anywhere, so calls and returns need not
 * match. A return ends the innermost open call of its function; what was opened inside that one
 * was abandoned, and ends with it. With no such call open, the call came before the trace, and
 * everything of its thread up to here happened inside it. What never ends, ends with the trace.
 */
import type { TraceRecord } from "./ring.ts";

/** `startIndex` of a span whose call fell out of the ring. */
export const BEFORE_TRACE = -1;

/** One call of a function. */
export interface CallSpan {
  /** The function, by the kernel's name. */
  readonly fn: string;
  /** Id of the thread that made the call. */
  readonly thread: number;
  /** 0 for what nobody in the trace has called. */
  readonly depth: number;
  /** The call that it was made in; null for none. */
  readonly parent: CallSpan | null;
  /** Simulated nanoseconds; of the first record when the call fell out of the ring. */
  readonly startNs: number;
  /** Simulated nanoseconds when the call ended. */
  readonly endNs: number;
  /** Index of the record of the call, or BEFORE_TRACE. */
  readonly startIndex: number;
  /** Index of the record that ended it; the number of records when nothing did. */
  readonly endIndex: number;
  /** True when the record at `endIndex` is the function's own return. */
  readonly hasReturned: boolean;
}

type OpenSpan = { -readonly [Key in keyof CallSpan]: CallSpan[Key] };
type Stacks<T> = Map<number, T[]>;

/**
 * All calls of the trace, each after the one that contains it.
 * @modelOnly reads what the function_graph tracer records
 * @example
 * ```ts
 * import { callSpans } from "@forkpath/trace";
 * const call = { kind: "call", fn: "dup_mm", args: {} } as const;
 * const end = { kind: "return", fn: "dup_mm", ret: 0 } as const;
 * const [span] = callSpans([
 *   { seq: 0, timeNs: 0, thread: 0, event: call },
 *   { seq: 1, timeNs: 40, thread: 0, event: end },
 * ]);
 * console.log(span?.fn, span?.endNs, span?.hasReturned); // dup_mm 40 true
 * ```
 */
export function callSpans(records: readonly TraceRecord[]): CallSpan[] {
  const spans: OpenSpan[] = [];
  const stacks: Stacks<OpenSpan> = new Map();
  const open = (fn: string, thread: number, startNs: number, startIndex: number): void => {
    const stack = stackOf(stacks, thread);
    const span: OpenSpan = {
      fn,
      thread,
      depth: stack.length,
      parent: stack.at(-1) ?? null,
      startNs,
      endNs: records[records.length - 1].timeNs,
      startIndex,
      endIndex: records.length,
      hasReturned: false,
    };
    spans.push(span);
    stack.push(span);
  };
  for (const { fn, thread } of lostCalls(records)) {
    open(fn, thread, records[0].timeNs, BEFORE_TRACE);
  }
  records.forEach(({ event, thread, timeNs }, index) => {
    if (event.kind === "call") open(event.fn, thread, timeNs, index);
    if (event.kind === "return") close(stackOf(stacks, thread), event.fn, timeNs, index);
  });
  return spans;
}

/**
 * Ends the innermost span of `fn`, and those inside it. `lostCalls` made sure that there is one.
 */
function close(stack: OpenSpan[], fn: string, endNs: number, endIndex: number): void {
  const position = stack.findLastIndex((span) => span.fn === fn);
  stack[position].hasReturned = true;
  for (const span of stack.splice(position)) {
    span.endNs = endNs;
    span.endIndex = endIndex;
  }
}

/** Calls that only their returns tell of, each after the one that contains it. */
function lostCalls(records: readonly TraceRecord[]): { fn: string; thread: number }[] {
  const lost: { fn: string; thread: number }[] = [];
  const stacks: Stacks<string> = new Map();
  for (const { event, thread } of records) {
    const stack = stackOf(stacks, thread);
    if (event.kind === "call") stack.push(event.fn);
    if (event.kind !== "return") continue;
    const position = stack.lastIndexOf(event.fn);
    if (position < 0) lost.push({ fn: event.fn, thread });
    stack.length = Math.max(position, 0);
  }
  return lost.reverse();
}

function stackOf<T>(stacks: Stacks<T>, thread: number): T[] {
  let stack = stacks.get(thread);
  if (stack === undefined) {
    stack = [];
    stacks.set(thread, stack);
  }
  return stack;
}
