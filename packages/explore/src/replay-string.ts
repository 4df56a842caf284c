/**
 * Replay strings: a litmus and one of its schedules, as a text that fits into a bug report.
 *
 *     d01-exec-arguments#5c1e09a7f3b2d846@v1:ab2a4
 *
 * The name may be a path. Behind # stands the litmus' identity, where it has one: the file may have
 * changed since, and then the schedule is one of another litmus. The version belongs to the
 * schedule. A string that a person writes needs no identity.
 */
import { parseSchedule, WantedError } from "@forkpath/interleave";

/** A replay string, taken apart. */
export interface ReplayString {
  /** The litmus' name. */
  readonly litmus: string;
  /** Sixteen hex digits; absent for a litmus that goes by its name. */
  readonly identity?: string;
  /** With its version: `v1:ab2a4`. */
  readonly schedule: string;
}

const SEPARATOR = "@";
const FORM = /^(?<litmus>.+?)(#(?<identity>[0-9a-f]{16}))?$/s;

/**
 * The string that parseReplay takes apart.
 * @modelOnly a schedule as text
 */
export const formatReplay = ({ litmus, identity, schedule }: ReplayString): string =>
  `${litmus}${identity === undefined ? "" : `#${identity}`}${SEPARATOR}${schedule}`;

/**
 * Reads what `formatReplay` wrote.
 * @throws WantedError saying what is wrong
 */
export function parseReplay(text: string): ReplayString {
  const at = text.lastIndexOf(SEPARATOR);
  const { litmus, identity } = FORM.exec(text.slice(0, Math.max(0, at)))?.groups ?? {};
  if (litmus === undefined) {
    throw new WantedError(
      "parseReplay",
      `wanted a litmus, ${SEPARATOR} and a schedule, got ${JSON.stringify(text)}`,
    );
  }
  const schedule = text.slice(at + 1);
  parseSchedule(schedule);
  return { litmus, ...(identity === undefined ? {} : { identity }), schedule };
}

/**
 * The replay string of a schedule that an exploration of `program` found.
 * @example
 * ```ts
 * import { execCharge, replayOf } from "@forkpath/explore";
 * console.log(replayOf({ name: "vfork" }, "v1:ab2a4")); // vfork@v1:ab2a4
 * ```
 */
export const replayOf = (
  { name, identity }: { readonly name: string; readonly identity?: string | undefined },
  schedule: string,
): string =>
  formatReplay({
    litmus: name,
    ...(identity === undefined || identity === name ? {} : { identity }),
    schedule,
  });
