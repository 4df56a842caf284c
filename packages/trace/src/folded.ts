/**
 * Folded stacks, as flame graph tools read them: `do_fork;copy_process;dup_mm 1234`.
 *
 * The number is simulated nanoseconds that the last function of the stack spent itself, its
 * callees left out. So the numbers add up to the time of all outermost calls.
 *
 * Viewers know no comments: where the trace has lost its beginning, all stacks stand on a frame
 * that says so.
 */
import { type DroppedOptions, droppedNote } from "./dropped.ts";
import type { TraceRecord } from "./ring.ts";
import { type CallSpan, callSpans } from "./spans.ts";

/**
 * One line for each stack that took time, in the order in which stacks first occur. Threads are
 * not told apart.
 * @modelOnly the format of flame graph tools
 */
export function toFolded(records: readonly TraceRecord[], options: DroppedOptions = {}): string {
  const selfNs = new Map<string, number>();
  const stacks = new Map<CallSpan | null, string>();
  for (const span of callSpans(records)) {
    const outer = stacks.get(span.parent);
    const stack = outer === undefined ? span.fn : `${outer};${span.fn}`;
    stacks.set(span, stack);
    const durationNs = span.endNs - span.startNs;
    selfNs.set(stack, (selfNs.get(stack) ?? 0) + durationNs);
    // The span of the caller covers the callee too: what both count is the callee's own.
    if (outer !== undefined) selfNs.set(outer, (selfNs.get(outer) ?? 0) - durationNs);
  }
  const note = droppedNote(records, options);
  const base = note === null ? "" : `[${note.replaceAll(";", ",")}];`;
  return [...selfNs]
    .filter(([, ns]) => ns > 0)
    .map(([stack, ns]) => `${base}${stack} ${ns}\n`)
    .join("");
}
