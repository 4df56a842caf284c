export type { EventArg } from "@forkpath/sync";
export { attachSink, type EventSink, emit } from "./emit.ts";
export { ALL_EVENTS, EventClass } from "./event-class.ts";
export {
  EVENT_CLASSES,
  EVENT_FIELDS,
  type EventField,
  type EventFieldsOf,
  type EventKind,
  type EventOf,
} from "./event-fields.ts";
export { COUNTED_FUNCTIONS, TRACED_FUNCTIONS } from "./functions.ts";
export type {
  BadEntryEvent,
  CounterEvent,
  KernelEvent,
  MmEvent,
  PageEvent,
  SwapEvent,
  TaskEvent,
} from "./kernel-event.ts";
