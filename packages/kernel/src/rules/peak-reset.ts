/**
 * Does clear_refs take a 5, which lets VmHWM begin anew (SPEC §10.7, M5/2, M17)?
 *
 *    el6     no: -EINVAL
 *    v4.4    yes
 */
import { M26_COLUMNS, type Rule } from "@forkpath/abi";
import type { ProcRules } from "./types.ts";

export const peakReset: Rule<ProcRules["peakReset"]> = {
  decides: "whether VmHWM can be made to begin anew",
  answers: [
    { since: "el6", does: "no", by: "refused", source: "SPEC §10.7" },
    {
      since: "v4.4",
      does: "yes: 5 written to clear_refs",
      by: "done",
      source: "M5/2",
      first: "4.0",
    },
  ],
  read: M26_COLUMNS,
};
