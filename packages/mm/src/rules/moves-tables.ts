/**
 * Does mremap move a pte table as a whole (L23/2)? It shows where the old range stays: its table is
 * gone, or is left there, empty.
 *
 *    el6      no: entry by entry
 *    v5.4     where both ends begin with one
 *    v6.12    where both begin at the same place in one, too, and nothing is mapped before that: a
 *             live 6.18.44 does so
 */
import type { Rule } from "@forkpath/abi";
import type { MmRules } from "../types.ts";

export const movesTables: Rule<MmRules["movesTables"]> = {
  decides: "which pte tables mremap moves as a whole",
  answers: [
    { since: "el6", does: "none: entry by entry", by: "none", source: "SPEC §2.14" },
    {
      since: "v5.4",
      does: "those all of which moves",
      by: "all used",
      source: "L23/2",
      first: "5.0",
    },
    {
      since: "v6.12",
      does: "those too in which nothing lies before what moves",
      by: "first part unused",
      source: "recorded: live 6.18.44",
      first: "6.7",
    },
  ],
};

/**
 * What mremap makes at the new place before it looks for pages at the old one. It shows where
 * nothing was touched, or the old range stays: VmPTE is one table higher.
 */
export const makesPudTable: Rule<boolean> = {
  decides: "whether mremap makes the new place's pud table for a pmd table, pages or none",
  answers: [
    { since: "el6", does: "no: only for a pte table", by: false, source: "SPEC §2.14" },
    { since: "v6.18", does: "yes", by: true, source: "recorded: live 6.18.44" },
  ],
};
