/**
 * What mmap asks of limits and promises before it unmaps what is in its way (L23).
 *
 *    el6      nothing: whatever it refuses, the range is empty then
 *    v3.10    its limits: what it unmaps does not count against them
 *    v6.12    both, with the areas split at both ends of the range by then; they stay split (a live
 *             6.18.44 does so)
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const mapsOver: Rule<MmRules["mapsOver"]> = {
  decides: "what mmap asks before it unmaps what is in its way",
  answers: [
    { since: "el6", does: "nothing", by: "unmaps first", source: "SPEC §5.2" },
    { since: "v3.10", does: "its limits", by: "asks limits first", source: "M18", first: "3.10" },
    {
      since: "v6.12",
      does: "its limits, and for the promise",
      by: "asks all first",
      source: "recorded: live 6.18.44",
    },
  ],
};
