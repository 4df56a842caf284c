/**
 * Whose faults are those that a debugger causes in another's memory (SPEC §9.8, M26)?
 */
import type { Rule } from "@forkpath/abi";

export const countsRemoteFaults: Rule<boolean> = {
  decides: "whose faults are those that a debugger causes",
  answers: [
    { since: "el6", does: "the owner's of the memory", by: true, source: "SPEC §9.8" },
    {
      since: "v5.10",
      does: "the debugger's",
      by: false,
      source: "recorded: k01, k02",
      first: "5.9",
    },
  ],
};
