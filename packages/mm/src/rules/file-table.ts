/**
 * When a fault in a file gets its pte table (L13/2).
 *
 *    el6      before it looks at anything
 *    v4.14    once there is a page to map: a fault beyond the end of the file leaves none behind
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const fileTable: Rule<MmRules["fileTable"]> = {
  decides: "when a fault in a file gets its pte table",
  answers: [
    { since: "el6", does: "at once", by: "before the fault", source: "SPEC §9.2" },
    {
      since: "v4.14",
      does: "once there is a page to map",
      by: "for the page",
      source: "L13/2",
      first: "4.8",
    },
  ],
};
