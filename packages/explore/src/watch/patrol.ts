/** All monitors on one schedule: the first in which no thread is interrupted. */
import type { Litmus, LitmusState } from "../litmus.ts";
import { happensBefore } from "./happens-before.ts";
import { lockOrder } from "./lock-order.ts";
import { lockset } from "./lockset.ts";
import type { Finding, Monitor } from "./monitor.ts";
import { observe } from "./observe.ts";
import { plainSchedule } from "./plain-schedule.ts";

/** One of each, new. */
export const allMonitors = (): readonly Monitor[] => [lockset(), lockOrder(), happensBefore()];

/**
 * What the monitors find without looking for a bad schedule.
 * @example
 * ```ts
 * import { execCharge, patrol } from "@forkpath/explore";
 * const [finding] = patrol(execCharge({ pages: 1, faults: 1 }));
 * console.log(finding?.monitor); // lockset
 * ```
 */
export function patrol<S extends LitmusState>(litmus: Litmus<S>): readonly Finding[] {
  return observe(litmus, plainSchedule(litmus), { monitors: allMonitors() }).findings;
}
