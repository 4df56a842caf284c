/**
 * Does memory that mprotect makes read-only stay promised? (SPEC §5.12/2, M19/9)
 *
 *    el6      always
 *    v6.12    unless it is anonymous and was never written: then there is nothing to promise
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

type KeepsCharge = MmRules["keepsCharge"];

export const keepsCharge: Rule<KeepsCharge> = {
  decides: "whether memory that becomes read-only stays promised",
  answers: [
    { since: "el6", does: "always", by: () => true, source: "SPEC §5.12/2" },
    {
      since: "v6.12",
      does: "unless it is anonymous and was never written",
      by: ({ file, anonVma }) => file !== null || anonVma !== null,
      source: "recorded: r-prot-65",
      first: "6.7",
    },
  ],
};
