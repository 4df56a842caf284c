export { ALL_EVENTS, EventClass, type KernelEvent } from "@forkpath/events";
export { checkTrace } from "./check.ts";
export type { ChromeEvent, ChromeTrace, Phase, Track } from "./chrome-event.ts";
export { type CostTable, DEFAULT_COSTS } from "./cost.ts";
export type { DroppedOptions } from "./dropped.ts";
export { type EventsTextOptions, toEventsText } from "./events-text.ts";
export { toFolded } from "./folded.ts";
export { formatEvent } from "./format.ts";
export { toFunctionGraph } from "./function-graph.ts";
export { type PerfettoOptions, toPerfetto } from "./perfetto.ts";
export {
  createTraceRing,
  events,
  type TraceOptions,
  type TraceRecord,
  type TraceRing,
} from "./ring.ts";
export { type CallSpan, callSpans } from "./spans.ts";
