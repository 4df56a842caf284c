/**
 * Classes of events: bits that a sink wants, and that code tests before it builds an event. Those
 * of @forkpath/sync are among them.
 * @example
 * ```ts
 * import { EventClass } from "@forkpath/events";
 * const wants = EventClass.LOCK | EventClass.MM;
 * console.log((wants & EventClass.PAGE) !== 0); // false
 * ```
 */
export const EventClass = {
  /** Entry and return of a kernel function. */
  CALL: 1,
  /** Locks taken and given back. */
  LOCK: 2,
  /** Allocator calls, and pages given back unused. */
  ALLOC: 4,
  /** need_resched, spin_needbreak, cond_resched. */
  SCHED: 8,
  /** Counters, mmlist, notifiers, reports of bad entries. */
  MM: 16,
  /** fork, exec, exit, wait. */
  TASK: 32,
  /** Single loads and stores of shared cells. */
  CELL: 64,
  /** Single pages dirtied, accessed, freed. */
  PAGE: 128,
  /** Calls of functions too small to be told one by one, added up for each batch. */
  COUNT: 256,
} as const;
/** Every single event: COUNT adds up what else would be too many. */
export const ALL_EVENTS = 255;
