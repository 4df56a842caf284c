/**
 * The text of ftrace's function_graph tracer, column for column, as Documentation/trace/ftrace.txt
 * shows it with the default options:
 *
 *     # CPU  DURATION                  FUNCTION CALLS
 *     # |     |   |                     |   |   |   |
 *
 *      0)               |  copy_pud_range() {
 *      0) + 12.345 us   |    copy_pte_range();
 *      0) ! 123.456 us  |  }
 *
 * Every thread of the model is a CPU. Events that are not calls are comments, as trace_printk
 * leaves them. Durations are simulated.
 */
import { type DroppedOptions, droppedNote } from "./dropped.ts";
import { formatEvent } from "./format.ts";
import type { TraceRecord } from "./ring.ts";
import { BEFORE_TRACE, type CallSpan, callSpans } from "./spans.ts";

const TITLE = "# tracer: function_graph\n#\n";
const HEADER = `# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |

`;
/** Mark, space, and room for the longest duration, "1234.567 us", and a space. */
const DURATION_WIDTH = 14;
const NO_DURATION: string = " ".repeat(DURATION_WIDTH);
/** Digits of a duration, with their point. */
const DIGITS = 8;

interface Graph {
  /** The span that the record at an index begins. */
  readonly begins: ReadonlyMap<number, CallSpan>;
  /** The span whose own return is the record at an index. */
  readonly returns: ReadonlyMap<number, CallSpan>;
  /** Spans that hold no other event: call and return share a line. */
  readonly leaves: ReadonlySet<CallSpan>;
  /** How many calls are open on each thread. */
  readonly depths: Map<number, number>;
}

/**
 * The trace as the function_graph tracer prints it.
 * @modelOnly written from the documentation of the format
 * @deviates A return whose call was dropped has no duration: only the kernel still knows it
 * @example
 * ```ts
 * import { toFunctionGraph } from "@forkpath/trace";
 * const call = { kind: "call", fn: "dup_mm", args: {} } as const;
 * const end = { kind: "return", fn: "dup_mm", ret: 0 } as const;
 * const text = toFunctionGraph([
 *   { seq: 0, timeNs: 0, thread: 0, event: call },
 *   { seq: 1, timeNs: 40, thread: 0, event: end },
 * ]);
 * console.log(text.trim().split("\n").at(-1)); //  0)   0.040 us    |  dup_mm();
 * ```
 */
export function toFunctionGraph(
  records: readonly TraceRecord[],
  options: DroppedOptions = {},
): string {
  const graph = makeGraph(records);
  const cpuWidth = 1 + Math.max(1, ...[...graph.depths.keys()].map((cpu) => String(cpu).length));
  const lines = records.map((record, index) => {
    const text = graphLine(graph, record, index);
    return text === "" ? "" : `${String(record.thread).padStart(cpuWidth)}) ${text}\n`;
  });
  const note = droppedNote(records, options);
  return TITLE + (note === null ? "" : `# ${note}\n#\n`) + HEADER + lines.join("");
}

function makeGraph(records: readonly TraceRecord[]): Graph {
  const spans = callSpans(records);
  const graph = {
    begins: new Map(spans.map((span) => [span.startIndex, span])),
    returns: new Map(spans.filter((span) => span.hasReturned).map((span) => [span.endIndex, span])),
    leaves: new Set<CallSpan>(),
    depths: new Map(records.map(({ thread }) => [thread, 0])),
  };
  for (const { startIndex, thread, depth } of spans) {
    if (startIndex === BEFORE_TRACE) graph.depths.set(thread, depth + 1);
  }
  const lastOfThread = new Map<number, number>();
  records.forEach(({ thread }, index) => {
    const span = graph.returns.get(index);
    if (span && span.startIndex === lastOfThread.get(thread)) graph.leaves.add(span);
    lastOfThread.set(thread, index);
  });
  return graph;
}

/** Everything after the CPU column; empty for a return that stands on the line of its call. */
function graphLine(graph: Graph, record: TraceRecord, index: number): string {
  const { thread, event } = record;
  const returned = graph.returns.get(index);
  if (returned !== undefined) {
    graph.depths.set(thread, returned.depth);
    return graph.leaves.has(returned) ? "" : returnLine(returned);
  }
  const begun = graph.begins.get(index);
  if (begun !== undefined) {
    graph.depths.set(thread, begun.depth + 1);
    return callLine(begun, graph.leaves.has(begun));
  }
  return `${NO_DURATION}|${indent(graph.depths.get(thread) ?? 0)}/* ${formatEvent(event)} */`;
}

const callLine = (span: CallSpan, isLeaf: boolean): string =>
  isLeaf
    ? `${durationOf(span)}|${indent(span.depth)}${span.fn}();`
    : `${NO_DURATION}|${indent(span.depth)}${span.fn}() {`;

/** The bracket names its function when the line that opened it is not in the trace. */
const returnLine = (span: CallSpan): string =>
  span.startIndex === BEFORE_TRACE
    ? `${NO_DURATION}|${indent(span.depth)}} /* ${span.fn} */`
    : `${durationOf(span)}|${indent(span.depth)}}`;

const indent = (depth: number): string => "  ".repeat(depth + 1);

/** Microseconds with as many decimals as fit, and a mark for what took over 10 or 100 of them. */
function durationOf({ startNs, endNs }: CallSpan): string {
  const ns = endNs - startNs;
  const mark = ns > 100_000 ? "!" : ns > 10_000 ? "+" : " ";
  const whole = String(Math.floor(ns / 1000));
  const decimals = String(ns % 1000).padStart(3, "0");
  const digits = whole.length < DIGITS - 1 ? `${whole}.${decimals}`.slice(0, DIGITS) : whole;
  return `${mark} ${digits} us`.padEnd(DURATION_WIDTH);
}
