/**
 * How many numbers stat has behind the state (M9).
 *
 *    el6      41, up to the time of guests
 *    v3.10    49, where data, heap, arguments and environment lie, and the exit code
 */
import type { Rule } from "@forkpath/abi";
import { STAT_FIELDS } from "../stat.ts";
import type { Layouts } from "./types.ts";

const UP_TO_GUESTS = STAT_FIELDS.indexOf("cguest_time") + 1;

export const statNumbers: Rule<Layouts["statNumbers"]> = {
  decides: "how many numbers stat has",
  answers: [
    { since: "el6", does: "up to the time of guests", by: UP_TO_GUESTS, source: "SPEC §10.3" },
    {
      since: "v3.10",
      does: "up to the exit code",
      by: STAT_FIELDS.length,
      source: "M9",
      first: "3.5",
    },
  ],
};
