/**
 * Replay strings: a litmus and one of its schedules, as a text that fits into a bug report.
 *
 *     d01-exec-arguments@v1:ab2a4
 *
 * The version belongs to the schedule; the name may be a path.
 */
import { parseSchedule, WantedError } from "@forkpath/interleave";

export interface ReplayString {
  readonly litmus: string;
  readonly schedule: string;
}

const SEPARATOR = "@";

export const formatReplay = (litmus: string, schedule: string): string =>
  `${litmus}${SEPARATOR}${schedule}`;

/**
 * Reads what `formatReplay` wrote.
 * @throws WantedError saying what is wrong
 */
export function parseReplay(text: string): ReplayString {
  const at = text.lastIndexOf(SEPARATOR);
  if (at < 1) {
    throw new WantedError(
      "parseReplay",
      `wanted a litmus, ${SEPARATOR} and a schedule, got ${JSON.stringify(text)}`,
    );
  }
  const schedule = text.slice(at + 1);
  parseSchedule(schedule);
  return { litmus: text.slice(0, at), schedule };
}
